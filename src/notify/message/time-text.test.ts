import { expect, test } from 'vitest';
import { countOf, countText } from '../../shared/count-text.ts';
import { clockText, periodText } from './time-text.ts';

const ten = '2026-03-01T10:00:00.000Z';

test.each([
  [ten, '2026-03-01T10:03:00.000Z', '2026-03-01 10:00:00 to 10:03:00 UTC'],
  [ten, '2026-03-02T00:00:01.500Z', '2026-03-01 10:00:00 to 2026-03-02 00:00:01 UTC'],
  [ten, ten, '2026-03-01 10:00:00 UTC'],
  ['no time', ten, '2026-03-01 10:00:00 UTC'],
])('from %s to %s is %s', (from, to, said) => {
  expect(periodText(from, to)).toBe(said);
});

test('the time of day stands alone on the same day', () => {
  expect(clockText(ten, '2026-03-01T23:59:59.000Z')).toBe('10:00 UTC');
  expect(clockText(ten, '2026-03-02T00:00:00.000Z')).toBe('2026-03-01 10:00 UTC');
  expect(clockText('no time', ten)).toBe('no time');
});

test.each([
  [0, '0', '0 events'],
  [1, '1', '1 event'],
  [999, '999', '999 events'],
  [1_000, '1,000', '1,000 events'],
  [1_234_567, '1,234,567', '1,234,567 events'],
])('%d is %s, and %s', (count, text, things) => {
  expect([countText(count), countOf(count, 'event')]).toEqual([text, things]);
});
