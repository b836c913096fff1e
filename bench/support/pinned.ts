import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { cpuMsOf, peakMegabytes } from './progress.ts';

/** The last core: the first one serves most interrupts. */
const core = String(cpus().length - 1);

/** Whether programs can be held to one core here (util-linux). */
const canPin = spawnSync('taskset', ['--version']).status === 0;

function spawnPinned(program: readonly string[], stdio: StdioOptions): ChildProcess {
  const [command = '', ...rest] = canPin ? ['taskset', '-c', core, ...program] : program;
  return spawn(command, rest, { stdio });
}

/** A script of ours as a child on one core; gives the one message that it sends. */
export async function askPinned<Answer>(script: string, args: readonly string[]): Promise<Answer> {
  const child = spawnPinned([process.execPath, script, ...args], ['ignore', 'inherit', 'inherit', 'ipc']);
  const ended = once(child, 'exit');
  let answer: { readonly value: Answer } | undefined;
  child.on('message', (value) => {
    answer = { value: value as Answer };
  });
  const [code] = await ended;
  if (code !== 0 || answer === undefined) throw new Error(`${script} ended with code ${code}`);
  return answer.value;
}

/** What a program on one core took, all its threads: to 10 ms, and what it last used is seen every 10 ms. */
export interface Usage {
  readonly cpuMs: number;
  readonly peakMegabytes: number;
}

/** Runs another program on one core. What it writes is thrown away. */
export async function measurePinned(program: readonly string[]): Promise<Usage> {
  const child = spawnPinned(program, ['ignore', 'ignore', 'ignore']);
  const pid = child.pid ?? 0;
  let usage: Usage = { cpuMs: 0, peakMegabytes: 0 };
  const look = setInterval(() => {
    const now = { cpuMs: cpuMsOf(pid), peakMegabytes: peakMegabytes(pid) };
    usage = {
      cpuMs: Math.max(usage.cpuMs, now.cpuMs || 0),
      peakMegabytes: Math.max(usage.peakMegabytes, now.peakMegabytes || 0),
    };
  }, 10);
  const [code] = await once(child, 'exit');
  clearInterval(look);
  if (code !== 0) throw new Error(`${program[0]} ended with code ${code}`);
  return usage;
}
