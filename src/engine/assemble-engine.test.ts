import { expect, test } from 'vitest';
import { sampleRule } from '../../test/support/sample-rule.ts';
import type { EventFields } from '../shared/model/log-event.ts';
import { sourceDefaults } from '../shared/model/source-config.ts';
import { assembleEngine } from './assemble-engine.ts';

const timeMs = 1_767_225_600_000;

/** The title of the incident that one event opens. */
function titleFor(fields: EventFields): string | undefined {
  const rule = sampleRule({ title: 'Door {{ door }} opened by {{ user.name | default "nobody" }}' });
  const { engine } = assembleEngine({
    rules: [rule],
    sources: [{ ...sourceDefaults, topics: [], name: 'doors' }],
  });
  const position = { topic: 'doors', partition: 0, offset: 0, index: 0 };
  engine.observe({ fields, timeMs, timeOrigin: 'field', source: 'doors', position, weight: 1 }, null);
  return engine.settle().changes[0]?.incident.title;
}

test.each([
  { door: 'B 7', title: 'Door B 7 opened by nobody' },
  { door: '', title: 'Door (empty) opened by nobody' },
  { door: '   ', title: 'Door (empty) opened by nobody' },
  { door: null, title: 'Door - opened by nobody' },
])('the door $door: the incident says $title', ({ door, title }) => {
  expect(titleFor({ door, event: { outcome: 'failure' }, user: { name: '' } })).toBe(title);
});
