import { expect, test } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

const names = ['deny', 'allow', 'severity', 'event_count', 'not', 'i'];

test.each([
  { written: 'deny', meant: 'deny' },
  { written: 'dney', meant: 'deny' },
  { written: 'nto', meant: 'not' },
  { written: 'severty', meant: 'severity' },
  { written: 'Severity', meant: 'severity' },
  { written: 'evnt_cuont', meant: 'event_count' },
  { written: 'xyz', meant: undefined },
  { written: '', meant: undefined },
  { written: 'x', meant: undefined },
  { written: 'I', meant: 'i' },
])('"$written" was meant as $meant', ({ written, meant }) => {
  expect(didYouMean(written, names)).toBe(meant);
});
