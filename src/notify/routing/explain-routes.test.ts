import { expect, test } from 'vitest';
import { timesInWords } from './explain-routes.ts';
import { compileRoutes, type Route } from './route.ts';

const hourMs = 3_600_000;

test.each<{ route: Route; words: string }>([
  { route: {}, words: 'at once' },
  { route: { groupWaitMs: 60_000 }, words: '1m after the first' },
  { route: { groupIntervalMs: 60_000 }, words: 'at once, more news of it within 1m together' },
  { route: { groupBy: ['rule'] }, words: 'at once, what follows within 5m together' },
  { route: { repeatIntervalMs: hourMs }, words: 'at once, again every 1h while it stands' },
  {
    route: { repeatIntervalMs: hourMs, repeatIntervalMaxMs: 24 * hourMs },
    words: 'at once, again every 1h (twice that each time, up to 1d) while it stands',
  },
])('a route tells $words', ({ route, words }) => {
  const node = compileRoutes(route);
  expect(timesInWords(node, node.groupBy === null)).toBe(words);
});
