import { invariant } from '../../shared/invariant.ts';
import { inputsOf } from '../rule-inputs.ts';
import { compileFeed, type MatchOfFiring } from './feed-firings.ts';
import type { RuleWindows } from './rule-windows.ts';

/** Where the firings of a rule go. */
export interface Feed {
  readonly to: RuleWindows;
  readonly matchOf: MatchOfFiring;
}

/**
 * Finds out whose firings are whose matches: the rules in an order in which each comes behind those it names, and the
 * feeds of each. Tells the rules whether they are heard. Rules without a window are not among them: their matches are
 * derived by the matcher, so that what follows from them fires at once.
 */
export function connectRules(windowed: ReadonlyMap<string, RuleWindows>): {
  readonly ordered: readonly RuleWindows[];
  readonly feeds: ReadonlyMap<RuleWindows, readonly Feed[]>;
} {
  const ordered = new Set<RuleWindows>();
  const feeds = new Map<RuleWindows, Feed[]>();
  const visit = (windows: RuleWindows, path: readonly string[]): void => {
    if (ordered.has(windows)) return;
    const { rule } = windows;
    invariant(!path.includes(rule.id), `rule ${rule.id} names itself by way of others, and was loaded`);
    for (const id of inputsOf(rule)?.rules ?? []) {
      const heard = windowed.get(id);
      if (heard === undefined) continue;
      visit(heard, [...path, rule.id]);
      const feed = { to: windows, matchOf: compileFeed(rule, heard.rule) };
      feeds.set(heard, [...(feeds.get(heard) ?? []), feed]);
    }
    ordered.add(windows);
  };
  for (const windows of windowed.values()) visit(windows, []);
  for (const windows of ordered) windows.heard.isHeard = feeds.has(windows);
  return { ordered: [...ordered], feeds };
}
