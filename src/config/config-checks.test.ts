import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { configOf, faultsOf, said } from '../../test/support/load-config.ts';

describe('what belongs together', () => {
  const kafka = { kind: 'kafka', brokers: ['a:1'] };
  test.each([
    {
      title: 'two sources of one name',
      written: {
        sources: [
          { name: 'a', topics: ['x'] },
          { name: 'a', topics: ['y'] },
        ],
      },
      said: ['$.sources[1].name there is another source named a'],
    },
    {
      title: 'a time for repeats that nothing tells from other events',
      written: { sources: [{ name: 'a', topics: ['x'], repeatsWithin: '1h' }] },
      said: ['$.sources[0].repeatsWithin means nothing without eventId'],
    },
    {
      title: 'one topic in two sources',
      written: {
        sources: [
          { name: 'a', topics: ['x'] },
          { name: 'b', topics: ['x'] },
        ],
      },
      said: ['$.sources[1].topics[0] topic x belongs to source a already'],
    },
    {
      title: 'a source that reads what tocsin writes',
      written: { sources: [{ name: 'a', topics: ['tocsin.incidents'] }] },
      said: ['$.sources[0].topics[0] means tocsin.incidents, which tocsin itself writes to'],
    },
    {
      title: 'a pattern that reads what tocsin writes',
      written: { sources: [{ name: 'a', topics: ['*'] }] },
      said: ['$.sources[0].topics[0] means tocsin.incidents, which tocsin itself writes to'],
    },
    {
      title: 'two outputs on one topic',
      written: { outputs: { incidents: 'x', remediation: 'x' } },
      said: ['$.outputs.remediation is the topic of outputs.incidents already'],
    },
    {
      title: 'a time without a field in JSON',
      written: { sources: [{ name: 'a', topics: ['x'], time: { format: 'epoch-s' } }] },
      said: ['$.sources[0].time.field is missing'],
    },
    {
      title: 'a route to nobody',
      written: { receivers: { soc: { slack: { webhookUrl: 'https://x' } } }, routes: { receiver: 'sco' } },
      said: ['$.routes.receiver no receiver is named sco (did you mean "soc"?)'],
    },
    {
      title: 'a nested route to nobody',
      written: { routes: { routes: [{ receiver: 'x' }] } },
      said: ['$.routes.routes[0].receiver no receiver is named x (there are none)'],
    },
    {
      title: 'a match at the root',
      written: { routes: { match: { rule: 'x' } } },
      said: ['$.routes.match the root takes every incident; match in routes below it'],
    },
    {
      title: 'an escalation to nobody, or not step after step',
      written: {
        receivers: { soc: { slack: { webhookUrl: 'https://x' } } },
        routes: {
          receiver: 'soc',
          escalate: [
            { after: '1h', receiver: 'sok' },
            { after: '5m', receiver: 'soc' },
          ],
        },
      },
      said: [
        '$.routes.escalate[0].receiver no receiver is named sok (did you mean "soc"?)',
        '$.routes.escalate[1].after must be later than the step before',
      ],
    },
    {
      title: 'a time interval that there is not',
      written: {
        routes: { muteTimeIntervals: ['nigths'], routes: [{ activeTimeIntervals: ['x'] }] },
        timeIntervals: { nights: [{}] },
      },
      said: [
        '$.routes.muteTimeIntervals[0] no time interval is named nigths (did you mean "nights"?)',
        '$.routes.routes[0].activeTimeIntervals[0] no time interval is named x (there are nights)',
      ],
    },
    {
      title: 'a time interval that is none',
      written: { timeIntervals: { nights: [{}, { weekdays: ['mondey'], location: 'Europe/Zuerich' }] } },
      said: [
        '$.timeIntervals.nights[1].location no time zone is named "Europe/Zuerich"; write one such as Europe/Zurich',
        '$.timeIntervals.nights[1].weekdays[0] "mondey" is none; write monday:friday',
      ],
    },
    {
      title: 'an inhibition of everything',
      written: { inhibitRules: [{ source: {}, target: { severity: 'low' } }] },
      said: ['$.inhibitRules[0].source must say which incidents are meant'],
    },
    {
      title: 'a maintenance window that ends before it begins',
      written: {
        maintenance: [{ name: 'm', from: '2026-03-01T12:00:00+02:00', until: '2026-03-01T10:00:00Z' }],
      },
      said: ['$.maintenance[0].until must be later than from'],
    },
    {
      title: 'a maintenance window without a zone',
      written: {
        maintenance: [{ name: 'm', from: '2026-03-01T12:00:00', until: '2026-03-02T10:00:00Z' }],
      },
      said: ['$.maintenance[0].from must be a time with its zone, such as 2026-03-01T22:00:00Z'],
    },
    {
      title: 'a misspelt member of a route',
      written: { routes: { groupWiat: '5s', routes: [{ match: { suorce: 'auth' } }] } },
      said: [
        '$.routes.routes[0].match.suorce is no key that is known here (did you mean "source"?)',
        '$.routes.groupWiat is no key that is known here (did you mean "groupWait"?)',
      ],
    },
    {
      title: 'mail without a server',
      written: { receivers: { soc: { email: { to: ['a@example.org'] } } } },
      said: ['$.receivers.soc.email needs a mail server (add "smtp": { "host": ... })'],
    },
    {
      title: 'a fallback to nobody',
      written: { receivers: { soc: { slack: { webhookUrl: 'https://x' }, fallback: 'sok' } } },
      said: ['$.receivers.soc.fallback no receiver is named sok (did you mean "soc"?)'],
    },
    {
      title: 'a fallback to itself',
      written: { receivers: { soc: { slack: { webhookUrl: 'https://x' }, fallback: 'soc' } } },
      said: ['$.receivers.soc.fallback leads back to soc: soc -> soc'],
    },
    {
      title: 'fallbacks that lead round in a circle',
      written: {
        receivers: {
          a: { slack: { webhookUrl: 'https://x' }, fallback: 'b' },
          b: { slack: { webhookUrl: 'https://x' }, fallback: 'c' },
          c: { slack: { webhookUrl: 'https://x' }, fallback: 'b' },
        },
      },
      said: [
        '$.receivers.b.fallback leads back to b: b -> c -> b',
        '$.receivers.c.fallback leads back to c: c -> b -> c',
      ],
    },
    {
      title: 'a template that asks for what there is not',
      written: {
        receivers: {
          soc: {
            slack: { webhookUrl: 'https://x' },
            template: { title: '{{ titel }} {{ group }}', body: '{{ tags | jion "," }}' },
          },
        },
      },
      said: [
        '$.receivers.soc.template.title nothing is named titel (did you mean title?)',
        '$.receivers.soc.template.title {{ group }} needs a field, such as {{ group.source.ip }}',
        '$.receivers.soc.template.body "jion ","" is no filter (did you mean join?): write | default "text" or | join "text"',
      ],
    },
    {
      title: 'words for a webhook, which has none',
      written: { receivers: { soar: { webhook: { url: 'https://x' }, template: { title: 'x' } } } },
      said: ['$.receivers.soar.template has no effect: a webhook gets the incident as it is'],
    },
    {
      title: 'a routing key that is none',
      written: { receivers: { oncall: { pagerduty: { routingKey: 'hunter2' } } } },
      said: [
        '$.receivers.oncall.pagerduty.routingKey is no key of PagerDuty: those have 32 letters and digits',
      ],
    },
    {
      title: 'a user of mail without a password',
      written: { smtp: { host: 'h', username: 'u' } },
      said: ['$.smtp give username and password (or passwordFile) together, or none of them'],
    },
    {
      title: 'a secret twice',
      written: { receivers: { soc: { slack: { webhookUrl: 'https://x', webhookUrlFile: 'y' } } } },
      said: ['$.receivers.soc.slack.webhookUrl give webhookUrl or webhookUrlFile, never both'],
    },
    {
      title: 'a secret not at all',
      written: { bus: { ...kafka, sasl: { mechanism: 'plain', username: 'u' } } },
      said: ['$.bus.sasl.password is missing (give password or passwordFile)'],
    },
    {
      title: 'a secret in a file that is not there',
      written: { bus: { ...kafka, sasl: { mechanism: 'plain', username: 'u', passwordFile: 'missing' } } },
      said: ['$.bus.sasl.passwordFile cannot read /etc/tocsin/missing (ENOENT)'],
    },
    {
      title: 'a secret in an empty file',
      written: { bus: { ...kafka, sasl: { mechanism: 'plain', username: 'u', passwordFile: 'empty' } } },
      said: ['$.bus.sasl.passwordFile /etc/tocsin/empty is empty'],
    },
    {
      title: 'a certificate without its key',
      written: { bus: { ...kafka, ssl: { certFile: 'c' } } },
      said: ['$.bus.ssl a client certificate needs certFile and keyFile'],
    },
    {
      title: 'a webhook that is no address, and is not quoted',
      written: { receivers: { soc: { slack: { webhookUrl: 'hunter2' } } } },
      said: ['$.receivers.soc.slack.webhookUrl is no http or https address'],
    },
    {
      title: 'a port beyond the last',
      written: { web: { listen: 'localhost:99999' } },
      said: ['$.web.listen has a port above 65535'],
    },
    ...[
      'tocsin.example.org',
      'javascript:alert(1)',
      'https://a:b@tocsin.example.org',
      'https://t.example.org/?x',
    ].map((publicUrl) => ({
      title: `${publicUrl} for people to reach`,
      written: { web: { publicUrl } },
      said: ['$.web.publicUrl must be an address such as https://tocsin.example.org, with a path at most'],
    })),
    {
      title: 'pages that nobody serves',
      written: { web: { listen: 'off', publicUrl: 'https://tocsin.example.org' } },
      said: ['$.web.publicUrl has no effect: web.listen is off'],
    },
  ])('$title is a fault', ({ written, said: expected }) => {
    expect(said(faultsOf(written))).toEqual(expected);
  });

  test('a pattern that an earlier one covers is a warning; the other way round it is not', () => {
    const source = (name: string, topic: string) => ({ name, topics: [topic] });
    expect(
      said(configOf({ sources: [source('all', 'logs.*'), source('web', 'logs.web.*')] }).warnings),
    ).toEqual(['$.sources[1].topics[0] source web never reads logs.web.*: logs.* of source all comes first']);
    expect(
      configOf({
        sources: [source('web', 'logs.web.*'), source('all', 'logs.*'), source('auth', 'logs.auth')],
      }).warnings,
    ).toEqual([]);
  });
});

describe('secrets', () => {
  const written = {
    bus: {
      kind: 'kafka',
      brokers: ['a:1'],
      ssl: { caFile: 'ca.pem', certFile: 'c', keyFile: 'k' },
      sasl: { mechanism: 'plain', username: 'u', passwordFile: 'f' },
    },
    smtp: { host: 'h', username: 'u', password: 'hunter2' },
    receivers: {
      soc: {
        slack: { webhookUrl: 'https://hooks.slack.com/hunter2' },
        webhook: { url: 'https://x/hunter2', secretFile: 'f', headers: { authorization: 'hunter2' } },
      },
    },
  };

  test('come from values and from files without the line break', () => {
    const { bus, receivers, smtp } = configOf(written);
    expect(bus.kind === 'kafka' && bus.sasl?.password.reveal()).toBe('hunter2');
    expect(receivers['soc']?.webhook?.secret?.reveal()).toBe('hunter2');
    expect(receivers['soc']?.webhook?.headers?.['authorization']?.reveal()).toBe('hunter2');
    expect(smtp?.auth?.password.reveal()).toBe('hunter2');
  });

  test('do not print with the configuration', () => {
    const { bus, ...rest } = configOf(written);
    const printed = [rest, bus.kind === 'kafka' && { ...bus, ssl: null }].flatMap((part) => [
      JSON.stringify(part),
      inspect(part, { depth: 20, showHidden: true }),
    ]);
    expect(printed.join()).not.toContain('hunter2');
  });

  test('do not print in faults', () => {
    expect(JSON.stringify(faultsOf({ ...written, bus: { ...written.bus, brokrs: [] } }))).not.toContain(
      'hunter2',
    );
  });
});
