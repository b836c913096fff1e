#!/usr/bin/env node
import { runProgram } from './cli/program.ts';

// A reader that goes away (`tocsin incidents list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

process.exitCode = await runProgram(process.argv.slice(2));
