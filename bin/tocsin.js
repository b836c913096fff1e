#!/usr/bin/env node
// The package's command. Plain JavaScript: it must start on whatever Node the machine has, and hands over to the Node
// that the package brings along where that one is too old.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const built = join(root, 'dist', 'main.js');
const program = existsSync(built) ? built : join(root, 'src', 'main.ts');

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(program);
} else {
  const nodePackage = dirname(createRequire(import.meta.url).resolve('node/package.json'));
  const node = join(nodePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal sends Ctrl-C to the whole group; passing it on once more would count as a second one.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('exit', (code) => process.exit(code ?? 1));
}
