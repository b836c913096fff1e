import { describe, expect, test } from 'vitest';
import { matchesTopic } from './topic-pattern.ts';

describe('a configured topic', () => {
  test.each([
    { configured: 'logs.auth', topic: 'logs.auth', means: true },
    { configured: 'logs.auth', topic: 'logs.auth2', means: false },
    { configured: 'logs.*', topic: 'logs.auth', means: true },
    { configured: 'logs.*', topic: 'logs.', means: true },
    { configured: 'logs.*', topic: 'logsXauth', means: false },
    { configured: '*.auth', topic: 'eu.auth', means: true },
    { configured: '*', topic: 'anything', means: true },
    { configured: '*', topic: '__consumer_offsets', means: false },
    { configured: 'a*b*c', topic: 'aXbYc', means: true },
    { configured: 'a*b*c', topic: 'abc', means: true },
    { configured: 'a*b*c', topic: 'acb', means: false },
    { configured: 'ab*ba', topic: 'aba', means: false },
    { configured: 'a*bc*c', topic: 'abc', means: false },
    { configured: 'a.c*', topic: 'abc', means: false },
  ])('$configured means $topic: $means', ({ configured, topic, means }) => {
    expect(matchesTopic(configured, topic)).toBe(means);
  });
});
