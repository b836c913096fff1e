import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Episode } from './episode.ts';
import { readFold, writeFold } from './stored-fold.ts';

const times = { firstMs: 5, lastMs: 7.5, firstSeenMs: 5, lastSeenMs: 8 };
const counts = { events: 3, firings: 2, peak: 1.5, heldUntilMs: null };

describe('the fold of an incident', () => {
  const anyMs = fc.oneof(fc.constant(1_795_307_399_302), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const anyEpisode = fc.record({
    firstMs: anyMs,
    lastMs: anyMs,
    firstSeenMs: anyMs,
    lastSeenMs: anyMs,
    events: fc.nat(),
    firings: fc.nat(),
    peak: fc.integer(),
    evidence: fc.array(fc.record({ timeMs: anyMs, position: fc.constant(null), event: fc.constant(null) })),
    heldUntilMs: fc.option(anyMs),
  });

  test('says after it was stored what it said before, to the last bit of a time', () => {
    const anyFold = fc.record({
      anchorMs: anyMs,
      firstMs: anyMs,
      lastMs: anyMs,
      episode: fc.option(anyEpisode),
      settled: fc.option(anyEpisode),
      isOver: fc.boolean(),
      putAside: fc.option(fc.record({ firings: fc.nat(), lastMs: anyMs })),
      whole: fc.constant(null),
    });
    fc.assert(
      fc.property(anyFold, ({ whole, ...fold }) => {
        const { evidenceMs, episode, settled, ...others } = readFold(writeFold({ ...fold, whole }), 'i');
        const { settledEvidence: _, ...read } = others;
        const counted = (one: typeof fold.episode) => one && { ...one, evidence: one.evidence.length };
        const { anchorMs, firstMs, lastMs, isOver, putAside } = fold;
        // JSON has no negative zero.
        expect(plain({ evidenceMs, episode, settled })).toEqual(
          plain({
            evidenceMs: fold.episode?.evidence.map(({ timeMs }) => timeMs) ?? [],
            episode: counted(fold.episode),
            settled: counted(fold.settled),
          }),
        );
        const expected = { anchorMs, firstMs, lastMs, ...(isOver ? { isOver } : {}) };
        expect(plain(read)).toEqual(plain({ v: 1, ...expected, ...(putAside === null ? {} : { putAside }) }));
      }),
    );
  });

  test('says which evidence is of what is settled, where that is not the first', () => {
    const kept = [1, 2, 3].map((timeMs) => ({ timeMs, position: null, event: null }));
    const [first, second, third] = kept;
    const whole = { anchorMs: 5, firstMs: 5, lastMs: 7.5, isOver: false, putAside: null, whole: null };
    const settledEvidence = (evidence: readonly (typeof first)[]) =>
      readFold(
        writeFold({
          ...whole,
          episode: { ...times, ...counts, evidence: kept },
          settled: { ...times, ...counts, evidence: evidence.filter((one) => one !== undefined) },
        }),
        'i',
      ).settledEvidence;
    expect(settledEvidence([first, second])).toBeUndefined();
    expect(settledEvidence([])).toBeUndefined();
    expect(settledEvidence([second, third])).toEqual([1, 2]);
    expect(settledEvidence([second, { timeMs: 9, position: null, event: null }])).toEqual([1]);
  });

  test('is read as an older version wrote it', () => {
    const episode = { ...times, ...counts, evidence: 2 };
    const fold = {
      v: 1,
      anchorMs: 5,
      firstMs: 5,
      lastMs: 7.5,
      evidenceMs: [5, 7.5],
      settled: 'episode',
      episode,
    };
    expect(readFold(JSON.stringify(fold), 'i')).toEqual(fold);
  });

  test('is said once where all of it is settled', () => {
    const episode = { ...times, ...counts, evidence: [] };
    const whole = { anchorMs: 5, firstMs: 5, lastMs: 7.5, isOver: false, putAside: null, whole: null };
    const text = writeFold({ ...whole, episode, settled: episode });
    expect(readFold(text, 'i').settled).toBe('episode');
  });

  describe('of one match', () => {
    const kept = { timeMs: 5, position: null, event: null };
    const episode = {
      firstMs: 5,
      lastMs: 5,
      firstSeenMs: 5,
      lastSeenMs: 5,
      events: 1,
      firings: 1,
      peak: 1,
      evidence: [kept],
      heldUntilMs: null,
    };
    const one = { anchorMs: 5, firstMs: 5, lastMs: 5, isOver: false, putAside: null, whole: null };
    const whole = { own: null, parts: [], evidence: [], folded: [], awaitsQuiet: false };
    const settling = (changed: Partial<Episode>) => {
      const other = { ...episode, ...changed };
      return { ...one, episode: other, settled: other };
    };

    test('is the time of it', () => {
      const text = writeFold(settling({}));
      expect(text).toBe('5');
      const named = { ...episode, evidence: 1 };
      const read = {
        v: 1,
        anchorMs: 5,
        firstMs: 5,
        lastMs: 5,
        evidenceMs: [5],
        settled: 'episode',
        episode: named,
      };
      expect(readFold(text, 'i')).toEqual(read);
    });

    test.each([
      settling({ firstMs: 4 }),
      settling({ lastMs: 6 }),
      settling({ firstSeenMs: 4 }),
      settling({ lastSeenMs: 6 }),
      settling({ events: 2 }),
      settling({ firings: 2 }),
      settling({ peak: 2 }),
      settling({ evidence: [] }),
      settling({ evidence: [kept, kept] }),
      settling({ evidence: [{ ...kept, timeMs: 6 }] }),
      settling({ heldUntilMs: 9 }),
      { ...settling({}), anchorMs: 4 },
      { ...settling({}), firstMs: 4 },
      { ...settling({}), lastMs: 6 },
      { ...settling({}), isOver: true },
      { ...settling({}), putAside: { firings: 1, lastMs: 5 } },
      { ...settling({}), whole },
      { ...settling({}), settled: null },
      { ...settling({}), settled: { ...episode } },
      { ...settling({}), episode: null },
    ])('is no more than that only where nothing else is to be said: %#', (parts) => {
      expect(readFold(writeFold(parts), 'i')).not.toEqual(readFold('5', 'i'));
    });
  });

  test('of a version that is not known is not guessed at', () => {
    expect(() => readFold('{"v":3}', 'i-1')).toThrow('i-1');
  });
});

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
