import type { Firing } from '../../shared/model/firing.ts';

/** A firing, and the slab's number of the match at which it fired. */
export interface SlabFiring {
  readonly firing: Firing;
  readonly id: number;
}

/** What folding a tail again did to its firings. */
export interface TailChanges {
  readonly fired: SlabFiring[];
  readonly reworked: number[];
  /** Matches of said firings that no longer fire. */
  readonly gone: number[];
  isBehindKnown: boolean;
}

/** What folding one match again did. */
interface Refolded {
  readonly id: number;
  readonly firing: Firing | undefined;
  readonly hadFired: boolean;
  readonly isUnsaid: boolean;
}

/** Adds it to the changes. */
export function noteChange(changes: TailChanges, { id, firing, hadFired, isUnsaid }: Refolded): void {
  if (hadFired && isUnsaid) changes.reworked.push(id);
  else if (hadFired) changes.isBehindKnown = true;
  if (firing !== undefined && (isUnsaid || !hadFired)) changes.fired.push({ firing, id });
  if (firing === undefined && !isUnsaid) changes.gone.push(id);
}
