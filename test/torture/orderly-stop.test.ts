import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Finished } from '../support/tocsin-process.ts';
import { orderly } from './orderly-stop.ts';

/** A program that does this when it is told to stop. */
async function program(onTerm: string) {
  const code = `process.on('SIGTERM', () => { ${onTerm} }); setInterval(() => {}, 1000); console.error('hears');`;
  const child: ChildProcess = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(
    ([exit, signal]): Finished => ({ code: exit, signal, out: '', err }),
  );
  while (!err.includes('hears')) await new Promise((resolve) => setTimeout(resolve, 10));
  return {
    finished: () => ended,
    signal: (signal: NodeJS.Signals): void => void child.kill(signal),
    end: (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

const phase = (): string => 'draining';

test('a program that ends well when it is told to has had an orderly stop', async () => {
  expect(await orderly(await program('process.exit(0)'), { limitMs: 300_000, phase })).toBe('orderly stop');
});

test('one that ends otherwise is a fault', async () => {
  const stop = orderly(await program('process.exit(3)'), { limitMs: 300_000, phase });
  await expect(stop).rejects.toThrow('an orderly stop ended with code 3');
});

test('one that does not end is a fault that says where it hung, and it is ended', async () => {
  const hung = await program('console.error("draining for ever")');
  const said = /did not end within 1000 ms: it hung at draining:[\s\S]*hears/;
  await expect(orderly(hung, { limitMs: 1_000, phase })).rejects.toThrow(said);
  expect((await hung.finished()).signal).toBe('SIGKILL');
});
