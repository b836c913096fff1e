import type { Incident } from '../../shared/model/incident.ts';

/** What stands at receivers, as they were told. */
export interface WhatStands {
  /** Ids of the incidents that stand, and that the receiver was told of. Costs a look at each incident. */
  idsAt(receiver: string): readonly string[];
  /** One of them as the receiver is to know it; undefined where it does not stand there any more. */
  at(receiver: string, id: string): Incident | undefined;
}
