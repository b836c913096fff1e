import type { OutboxRow } from '../shared/ports/outbox.ts';

/** What a receiver's lane does next. */
export type RowChoice =
  | { readonly kind: 'row'; readonly row: OutboxRow }
  | { readonly kind: 'empty' }
  /** Nothing may be tried before; `open`: a new row could be, so a wake-up is worth a look. */
  | { readonly kind: 'wait'; readonly untilMs: number; readonly open: boolean };

/**
 * The first row, in order. One that waits to be tried again holds up those behind it, until it has failed
 * `asideAfter` times: then it steps aside while it waits, so that one message its receiver cannot digest does not
 * silence the others. Messages about one incident never overtake each other.
 */
export function chooseRow(
  rows: readonly OutboxRow[],
  { nowMs, asideAfter }: { nowMs: number; asideAfter: number },
): RowChoice {
  if (rows.length === 0) return { kind: 'empty' };
  const passed = new Set<string>();
  let untilMs = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const incident = incidentOf(row);
    if (passed.has(incident)) continue;
    if (row.dueMs <= nowMs) return { kind: 'row', row };
    if (row.attempts < asideAfter)
      return { kind: 'wait', untilMs: Math.min(untilMs, row.dueMs), open: false };
    untilMs = Math.min(untilMs, row.dueMs);
    passed.add(incident);
  }
  return { kind: 'wait', untilMs, open: true };
}

/**
 * What may go out beside what is held where an incident is an alert: nothing of one of which something is held before it,
 * for its end must not come first.
 */
export function rowsBeside(rows: readonly OutboxRow[], isHeld: (row: OutboxRow) => boolean): OutboxRow[] {
  const held = new Set<string>();
  return rows.filter((row) => {
    const incident = incidentOf(row);
    if (!isHeld(row)) return incident === '' || !held.has(incident);
    held.add(incident);
    return false;
  });
}

/** Empty: of a digest. */
const incidentOf = ({ payload }: OutboxRow): string =>
  payload.kind === 'notification' ? payload.notification.incident.id : '';
