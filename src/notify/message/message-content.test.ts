import { describe, expect, test } from 'vitest';
import { sampleIncident, sampleNotification } from '../../../test/support/sample-incident.ts';
import { runTocsin } from '../../../test/support/tocsin-process.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { NotifyReason } from '../../shared/model/notification.ts';
import { parseTemplate } from '../../shared/template.ts';
import { headlineOf, type MessageOptions, messageContent, messageForPeople } from './message-content.ts';
import { parseMessageTemplate } from './message-template.ts';

const contentOf = (parts: Partial<Incident> = {}, options: MessageOptions = {}) =>
  messageContent(sampleNotification(sampleIncident(parts)), options);

describe('what a message says', () => {
  test('is about the group; without one about the first event', () => {
    expect(contentOf().who).toEqual([{ label: 'source.ip', value: '203.0.113.7' }]);
    expect(contentOf({ group: {} }).who).toEqual([
      { label: 'user.name', value: 'root' },
      { label: 'source.ip', value: '203.0.113.7' },
    ]);
    expect(contentOf({ group: {}, evidence: [] }).who).toEqual([]);
    expect(contentOf({ group: { 'user.name': '', door: ' ', port: null, tags: ['a'] } }).who).toEqual([
      { label: 'user.name', value: '(empty)' },
      { label: 'door', value: '(empty)' },
      { label: 'port', value: '(none)' },
      { label: 'tags', value: '["a"]' },
    ]);
  });

  test('knows who and where in the events of Windows, each value once', () => {
    const event = {
      Hostname: 'WS5.example.org',
      host: 'collector',
      User: 'CORP\\jo',
      TargetUserName: 'CORP\\jo',
      IpAddress: '-',
      SourceIp: ' ',
      DestinationIp: '10.0.0.9',
    };
    const evidence = [{ time: '2026-03-01T10:03:00.000Z', position: null, event }];
    expect(contentOf({ group: {}, evidence }).who).toEqual([
      { label: 'Hostname', value: 'WS5.example.org' },
      { label: 'User', value: 'CORP\\jo' },
      { label: 'DestinationIp', value: '10.0.0.9' },
    ]);
    const fixed = { rule: { id: 'r', title: 'Hives dumped', hash: 'h' }, title: 'Hives dumped' };
    expect(contentOf({ ...fixed, group: {}, evidence }).title).toBe(
      'Hives dumped: WS5.example.org, CORP\\jo',
    );
    expect(contentOf({ ...fixed, group: {}, evidence: [] }).title).toBe('Hives dumped');
  });

  test.each([
    { firings: 1, shown: [] },
    { firings: 10, shown: [] },
    { firings: 3, shown: ['3 times'] },
  ])('with $firings firings of ten events fired $shown', ({ firings, shown }) => {
    const fired = contentOf({ firings }).measures.filter(({ label }) => label === 'Fired');
    expect(fired.map(({ value }) => value)).toEqual(shown);
  });

  test('has one time where the last event is of the second of the first', () => {
    const [seen, next] = contentOf({ lastSeen: '2026-03-01T10:00:00.400Z' }).measures;
    expect([seen, next?.label]).toEqual([{ label: 'Seen', value: '2026-03-01 10:00:00 UTC' }, 'Events']);
  });

  test('has five events at most', () => {
    const [one] = sampleIncident().evidence;
    expect(contentOf({ evidence: Array.from({ length: 10 }, () => one!) }).evidence).toHaveLength(5);
  });

  test('is short for people about what is over or taken', () => {
    const options = { linkOf: (id: string) => `https://tocsin.example.org/incidents/${id}` };
    const told = (reason: NotifyReason) =>
      messageForPeople(sampleNotification(sampleIncident(), reason), options);
    expect(told('escalated')).toEqual(
      messageContent(sampleNotification(sampleIncident(), 'escalated'), options),
    );
    expect(told('resolved')).toMatchObject({ evidence: [], runbook: '', attack: [] });
    expect(told('resolved').links.map(({ label }) => label)).toEqual(['Open the incident']);
  });

  test.each([
    ['2026-03-01T10:00:42.000Z', '2026-03-01 10:00:42 UTC, 42s later'],
    ['2026-03-01T12:05:30.000Z', '2026-03-01 12:05:30 UTC, 2h 5m later'],
    ['2026-03-03T10:00:01.000Z', '2026-03-03 10:00:01 UTC, 2d later'],
  ])('has the last event at %s as %s', (lastSeen, said) => {
    expect(contentOf({ lastSeen }).measures).toContainEqual({ label: 'Last seen', value: said });
  });

  test('shows the fields that the rule asks about before others', () => {
    const options = { ruleOf: () => ({ description: '', fields: ['event.outcome', 'source.ip'] }) };
    expect(contentOf({}, options).evidence[0]).toMatch(/@4711 event\.outcome=failure user\.name=root$/);
  });

  test('has each link once, and only to the web', () => {
    const references = [
      'https://attack.mitre.org/techniques/T1110/',
      'javascript:alert(1)',
      'https://a.example/',
      'https://a.example/',
    ];
    const { links, attack, runbook } = contentOf({ references, runbook: 'https://wiki.example/ssh' });
    expect(links.map(({ url }) => url)).toEqual(['https://wiki.example/ssh', 'https://a.example/']);
    expect(attack.map(({ label }) => label)).toEqual(['T1110', 'Credential Access']);
    expect(runbook).toBe('');
  });

  test('says why it comes this way where another receiver could not be told', () => {
    const undelivered = { receiver: 'soc/slack', detail: 'answered 404: no_service' };
    expect(messageContent({ ...sampleNotification(), undelivered }).summary).toBe(
      '10 matching events within 5m for source.ip 203.0.113.7; the rule fires at 10 or more. Sent here because soc/slack could not be told (answered 404: no_service).',
    );
  });

  test('is what the receiver wrote, where it wrote something', () => {
    const template = { title: parseTemplate('{{ kicker }}! {{ group.source.ip }} {{ event.user.name }}') };
    const content = contentOf({}, { template });
    expect(headlineOf(content)).toBe('High! 203.0.113.7 root');
    expect([content.body, content.summary]).toEqual([null, contentOf().summary]);
  });

  test.each([
    { text: '{{ rule.ID }}', fault: 'nothing is named rule.ID (did you mean rule.id?)' },
    { text: '{{ severity.x }}', fault: 'nothing is named severity.x (did you mean severity?)' },
    { text: '{{ event. }}', fault: '{{ event. }} needs a field, such as {{ event.source.ip }}' },
    { text: '{{ tags.0 }} {{ title', fault: 'a {{ is not closed by }}' },
  ])('takes no template $text', ({ text, fault }) => {
    expect(parseMessageTemplate(text).faults).toEqual([fault]);
  });

  test('fills a template with nothing of the attackers’ templates, prototypes or lines', () => {
    const { template } = parseMessageTemplate('{{ group.a }}|{{ event.__proto__ }}|{{ title }}');
    const content = contentOf(
      { group: { a: '{{ id }}\nx' }, title: '{{ severity }}' },
      { template: { body: template } },
    );
    expect(content.body).toBe('{{ id }} x|-|{{ severity }}');
  });
});

describe('what to do next', () => {
  test.each(contentOf().next)('%s is a command of this program', async (line) => {
    const words = line.split(' ').slice(0, 3);
    const { code, out } = await runTocsin([...words.slice(1), '--help']);
    expect([code, out]).toEqual([0, expect.stringContaining(`Usage: ${words.join(' ')} `)]);
  });

  test('puts nothing into a command line that a shell would read', () => {
    expect(contentOf({ id: '$(reboot)' }).next.join('\n')).not.toContain('reboot');
  });
});
