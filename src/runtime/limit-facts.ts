import type { OwnFact, OwnFacts } from '../detect/match/own-facts/own-fact.ts';
import type { Clock } from '../shared/ports/clock.ts';

/** How long an own fact may take, and when it is left alone for a while. */
export interface FactLimits {
  /** Milliseconds for one answer. */
  readonly answerMs: number;
  /** So many answers in a row that came too late let the fact rest. */
  readonly lateMax: number;
  /** Milliseconds of rest: every call fails at once. */
  readonly restMs: number;
}

/** The same facts, with their time bounded: who waits for one waits no longer than the limit, and then it has failed. */
export function limitFacts(facts: OwnFacts, clock: Clock, limits: FactLimits): OwnFacts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, limitFact({ name, fact, clock, limits })]),
  );
}

interface Limited {
  readonly name: string;
  readonly fact: OwnFact;
  readonly clock: Clock;
  readonly limits: FactLimits;
}

/** A fact whose service is down would make every event wait for the limit: after some it rests, and costs nothing. */
function limitFact({ name, fact, clock, limits }: Limited): OwnFact {
  let late = 0;
  let restsUntilMs = Number.NEGATIVE_INFINITY;
  return async (params, almanac) => {
    if (clock.nowMs() < restsUntilMs)
      throw new Error(`fact "${name}" rests: it was too late ${limits.lateMax} times`);
    const answered = new AbortController();
    const tooLate = clock.sleep(limits.answerMs, answered.signal).then(() => {
      if (answered.signal.aborted) return;
      late += 1;
      if (late >= limits.lateMax) [late, restsUntilMs] = [0, clock.nowMs() + limits.restMs];
      throw new Error(`fact "${name}" did not answer within ${limits.answerMs} ms`);
    });
    try {
      const answer = await Promise.race([fact(params, almanac), tooLate]);
      late = 0;
      return answer;
    } finally {
      answered.abort();
      // Nobody else waits for it any more.
      tooLate.catch(() => undefined);
    }
  };
}
