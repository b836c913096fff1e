import { expect, test } from 'vitest';
import { fitBatch } from './fit-batch.ts';

const fetched = { fromOffset: 10, lastOffset: 19, endOffset: 100 };

test.each([
  {
    title: 'any batch is the next of a partition without position',
    expected: undefined,
    fit: { kind: 'next' },
  },
  { title: 'a batch from the expected offset is the next', expected: 10, fit: { kind: 'next' } },
  { title: 'a batch that holds the expected offset is the next', expected: 19, fit: { kind: 'next' } },
  { title: 'a batch wholly before it is stale', expected: 20, fit: { kind: 'stale' } },
  {
    title: 'a batch from a later offset means that records are missing',
    expected: 4,
    fit: { kind: 'gap', expectedOffset: 4, foundOffset: 10 },
  },
  { title: 'the end of the log itself is no gap', expected: 100, fit: { kind: 'stale' } },
  {
    title: 'an expectation past the end of the log means that it is another log',
    expected: 101,
    fit: { kind: 'gap', expectedOffset: 101, foundOffset: 10 },
  },
])('$title', ({ expected, fit }) => {
  expect(fitBatch(expected, fetched)).toEqual(fit);
});
