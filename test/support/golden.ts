import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/**
 * Holds what was made to the file that it was agreed to look like. Nothing is ever updated by itself: run the test with
 * UPDATE_GOLDEN=1, look at the difference, and commit it on purpose.
 */
export function expectGolden(file: string, made: string): void {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, made);
  expect(existsSync(file), `${file} is missing: UPDATE_GOLDEN=1 writes it`).toBe(true);
  expect(made).toBe(readFileSync(file, 'utf8'));
}
