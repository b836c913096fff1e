import { afterAll, beforeAll, describe } from 'vitest';
import { controlOfSource } from './record-source/control.ts';
import { positionsOfSource } from './record-source/positions.ts';
import { recordsOfSource } from './record-source/records.ts';
import { type RecordSourceWorld, recordSourceTools } from './record-source/tools.ts';

/** Every promise of the port RecordSource, against a real log. */
export function recordSourceContract(name: string, open: () => Promise<RecordSourceWorld>): void {
  describe(`the record source of ${name}`, () => {
    let world: RecordSourceWorld;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(async () => {
      await world?.close();
    });
    const tools = recordSourceTools(() => world);
    recordsOfSource(tools);
    positionsOfSource(tools);
    controlOfSource(tools);
  });
}
