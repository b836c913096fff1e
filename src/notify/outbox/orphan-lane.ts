import type { OutboxRow } from '../../shared/ports/outbox.ts';
import { type GivingUp, giveUp } from './give-up.ts';
import type { Lane, LaneParts, LaneStep } from './lane.ts';

/** A lane whose receiver is no longer configured: its rows are set aside, where people can see them. */
export class OrphanLane implements Lane {
  readonly name: string;
  readonly #parts: LaneParts;

  constructor(name: string, parts: LaneParts) {
    this.name = name;
    this.#parts = parts;
  }

  async step(): Promise<LaneStep> {
    const rows = this.#parts.outbox.peek(this.name, 500);
    if (rows.length === 0) return { kind: 'empty' };
    giveUp(this.#parts, { lane: this.name, rows: rows.map(asFailed), failure: 'client' });
    return { kind: 'progress' };
  }
}

const asFailed = (row: OutboxRow): GivingUp => ({
  row,
  reason: 'client',
  detail: 'no such receiver in the configuration',
});
