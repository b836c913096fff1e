#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Starting takes half the time when the code was compiled before. The cache lies with the package, not in a folder for
// temporary files, where others could put their own code; where it cannot be written, nothing is cached.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tocsin', import.meta.url)));

// A reader that goes away (`tocsin incidents list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

const { runProgram } = await import('./cli/program.ts');
process.exitCode = await runProgram(process.argv.slice(2));
