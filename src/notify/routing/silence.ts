import { isoToMs } from '../../shared/iso-to-ms.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { Silence } from '../../shared/model/silence.ts';
import { matchesIncident, type SourceOfTopic } from './incident-match.ts';

export type SilenceState = 'pending' | 'active' | 'expired';

/** Where a silence stands at a time of the wall clock, milliseconds. */
export function silenceState({ from, until }: Silence, nowMs: number): SilenceState {
  if (nowMs >= isoToMs(until)) return 'expired';
  return nowMs < isoToMs(from) ? 'pending' : 'active';
}

/** The silence that keeps an incident from being told now; of several the one that lasts longest. */
export function silencedBy(
  incident: Incident,
  silences: readonly Silence[],
  { nowMs, sourceOf }: { nowMs: number; sourceOf: SourceOfTopic },
): Silence | undefined {
  let longest: Silence | undefined;
  for (const silence of silences) {
    if (longest !== undefined && silence.until <= longest.until) continue;
    if (silenceState(silence, nowMs) !== 'active') continue;
    if (matchesIncident(incident, silence.match, sourceOf)) longest = silence;
  }
  return longest;
}

/** The same silence, over at that time. One that had not begun never does. */
export const expiredAt = (silence: Silence, at: string): Silence => ({
  ...silence,
  from: silence.from < at ? silence.from : at,
  until: silence.until < at ? silence.until : at,
});
