import { describe, expect, test } from 'vitest';
import type { LogRecord } from '../shared/model/log-record.ts';
import type { RecordBatch } from '../shared/ports/record-source.ts';
import { Turns } from './turns.ts';

const record = (partition: number, offset: number): LogRecord => ({
  topic: 't',
  partition,
  offset,
  key: null,
  value: null,
  headers: [],
  timestampMs: 0,
});

const batch = (partition: number, records: number): RecordBatch => ({
  topic: 't',
  partition,
  records: Array.from({ length: records }, (_, offset) => record(partition, offset)),
  nextOffset: records,
  endOffset: records,
});

function recordingTurns(behind: (batch: RecordBatch) => number): { turns: Turns; worked: number[][] } {
  const worked: number[][] = [];
  const work = (batches: readonly RecordBatch[]): void => {
    worked.push(batches.map((each) => each.partition));
  };
  return { turns: new Turns({ work, behind, recordsMax: 10 }), worked };
}

describe('turns', () => {
  test('the partition furthest behind in event time goes first', async () => {
    const { turns, worked } = recordingTurns((each) => -each.partition);
    await Promise.all([turns.take(batch(0, 10)), turns.take(batch(1, 10)), turns.take(batch(2, 10))]);
    expect(worked).toEqual([[2], [1], [0]]);
  });

  test('small batches that wait together share one turn', async () => {
    const { turns, worked } = recordingTurns(() => 0);
    await Promise.all([turns.take(batch(0, 3)), turns.take(batch(1, 3)), turns.take(batch(2, 3))]);
    expect(worked).toEqual([[0, 1, 2]]);
  });

  test('a turn ends once it holds its number of records, and takes one batch however large', async () => {
    const { turns, worked } = recordingTurns((each) => each.partition);
    await Promise.all([
      turns.take(batch(0, 50)),
      turns.take(batch(1, 9)),
      turns.take(batch(2, 9)),
      turns.take(batch(3, 9)),
    ]);
    expect(worked).toEqual([[0], [1, 2], [3]]);
  });

  test('a turn that waits for something is alone: no other begins, and nothing is done between', async () => {
    const seen: string[] = [];
    const work = async ([first]: readonly RecordBatch[]): Promise<void> => {
      seen.push(`begins ${first?.partition}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(`ends ${first?.partition}`);
    };
    const turns = new Turns({ work, behind: (each) => each.partition, recordsMax: 1 });
    const taken = [turns.take(batch(0, 1)), turns.take(batch(1, 1))];
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([...taken, turns.between(() => seen.push('between'))]);
    expect(seen).toEqual(['begins 0', 'ends 0', 'between', 'begins 1', 'ends 1']);
  });

  test('a turn that waits and fails ends all turns', async () => {
    const work = (): Promise<void> => Promise.reject(new Error('disk full'));
    const turns = new Turns({ work, behind: () => 0, recordsMax: 1 });
    await expect(turns.take(batch(0, 1))).rejects.toThrow('disk full');
    await expect(turns.take(batch(1, 1))).rejects.toThrow('disk full');
  });

  test('after a failure nothing is worked on any more', async () => {
    const worked: number[] = [];
    const work = (batches: readonly RecordBatch[]): void => {
      worked.push(batches[0]?.partition ?? -1);
      throw new Error('disk full');
    };
    const turns = new Turns({ work, behind: (each) => each.partition, recordsMax: 1 });
    const outcomes = await Promise.allSettled([turns.take(batch(0, 1)), turns.take(batch(1, 1))]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    await expect(turns.take(batch(2, 1))).rejects.toThrow('disk full');
    expect(worked).toEqual([0]);
  });

  test('what is to be done between turns is done before the next, never within one', async () => {
    const order: string[] = [];
    const turns = new Turns({
      work: (batches) => {
        order.push(`turn ${batches[0]?.partition}`);
      },
      behind: (each) => each.partition,
      recordsMax: 1,
    });
    const first = turns.take(batch(0, 1)).then(() => turns.between(() => order.push('between')));
    await Promise.all([first, turns.take(batch(1, 1)), turns.take(batch(2, 1))]);
    await turns.between(() => order.push('idle'));
    expect(order).toEqual(['turn 0', 'between', 'turn 1', 'turn 2', 'idle']);
  });

  test('a failure between turns is one of the turns', async () => {
    const { turns, worked } = recordingTurns(() => 0);
    const waiting = Promise.allSettled([
      turns.between(() => {
        throw new Error('disk full');
      }),
      turns.take(batch(0, 1)),
      turns.between(() => undefined),
    ]);
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(turns.take(batch(1, 1))).rejects.toThrow('disk full');
    await expect(turns.between(() => undefined)).rejects.toThrow('disk full');
    expect(worked).toEqual([]);
  });
});
