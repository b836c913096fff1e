import { expect, test } from 'vitest';
import { sourceConfig } from '../../test/support/log-record.ts';
import { sourceOfTopic } from './source-of-topic.ts';

const sources = [
  sourceConfig({ name: 'web', topics: ['logs.web*'] }),
  sourceConfig({ name: 'all', topics: ['logs.*', 'audit'] }),
  sourceConfig({ name: 'auth', topics: ['logs.auth', 'logs.web.auth'] }),
];

test.each([
  ['logs.auth', 'auth', 'a name comes before every pattern'],
  ['logs.web.auth', 'auth', 'a name comes before every pattern'],
  ['logs.web.access', 'web', 'the first pattern that matches wins'],
  ['logs.dns', 'all', 'a pattern follows new topics'],
  ['audit', 'all', 'a source has several topics'],
  ['logs', undefined, 'a topic that no source reads has none'],
  ['Logs.auth', undefined, 'case counts, as in Kafka'],
])('%s belongs to %s: %s', (topic, expected, _why) => {
  expect(sourceOfTopic(topic, sources)?.name).toBe(expected);
});
