import type { ReceiverConfig } from '../receiver.ts';
import type { SourceOfTopic } from '../routing/incident-match.ts';
import type { RouteNode } from '../routing/route.ts';
import type { Suppressions } from '../routing/suppressions.ts';
import type { TellingPass } from './telling-pass.ts';
import type { Group, Member } from './telling-state.ts';
import type { TellingTimers } from './telling-timers.ts';

/** Who is to be told of what, as configured. */
export interface Routing {
  readonly root: RouteNode | undefined;
  readonly receivers: ReadonlyMap<string, ReceiverConfig>;
  /** The receivers a rule names itself; none for a rule that is no longer loaded. */
  notifyOf(ruleId: string): readonly string[];
  readonly sourceOf: SourceOfTopic;
}

/** What the steps of one call work with. */
export interface Desk {
  readonly receivers: ReadonlyMap<string, ReceiverConfig>;
  readonly suppressions: Suppressions;
  readonly timers: TellingTimers<Member | Group>;
  readonly pass: TellingPass;
  /** Members that wait for the time of their group; the one that has waited longest comes first. */
  readonly waiting: Set<Member>;
  /** Members that something holds; those that were held longest come first. */
  readonly held: Set<Member>;
  /** Those of them whose incident is over. */
  readonly overHeld: Set<Member>;
  /** Those that an incident inhibits, by its id. */
  readonly inhibited: Map<string, Set<Member>>;
}
