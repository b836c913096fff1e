import type { EventFields, LogEvent } from '../../src/shared/model/log-event.ts';

/** Fields as an event of a source that nobody described. */
export const asLogEvent = (fields: EventFields, offset: number): LogEvent => ({
  fields,
  timeMs: 0,
  timeOrigin: 'record',
  source: 'bench',
  position: { topic: 'bench', partition: 0, offset, index: 0 },
  weight: 1,
});
