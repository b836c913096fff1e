import type { Delivery, Notifier } from '../../src/shared/ports/notifier.ts';
import type { ManualClock } from '../fakes/manual-clock.ts';

type Renewal = NonNullable<Notifier['renewal']>;

/** What stands, said again for real while the clock of the test stands still; or what the test answers instead. */
export function renewalBy(
  real: Renewal | undefined,
  { clock, instead }: { clock: ManualClock; instead(): Delivery | undefined },
): Renewal | undefined {
  if (real === undefined) return undefined;
  const renew: Renewal['renew'] = async (incidents, signal) =>
    instead() ?? clock.during(real.renew(incidents, signal));
  return { everyMs: real.everyMs, renew };
}
