import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { deadLetter } from '../src/consume/dead-letter.ts';
import { incidentRecord } from '../src/notify/plan-records.ts';
import { openC2Actions } from '../src/remediate/open-c2.ts';
import { planRemediation, remediationDefaults } from '../src/remediate/plan-remediation.ts';
import { type IncidentChange, incidentChangeKinds } from '../src/shared/model/incident-change.ts';
import { outgoingRecord } from '../src/shared/model/incident-record.ts';
import type { OutgoingRecord } from '../src/shared/model/log-record.ts';
import { change, hostileIncident, resolvedIncident, sampleIncident } from './support/sample-incident.ts';
import { sampleRule } from './support/sample-rule.ts';

type Json = Readonly<Record<string, unknown>>;

const folder = join(import.meta.dirname, '../schemas');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const schema = (name: string): Json => JSON.parse(read(name)) as Json;

const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
formats.default(ajv);
const validator = (name: string): ValidateFunction => ajv.compile(schema(name));
const faultsOf = (validate: ValidateFunction, value: unknown): unknown[] => {
  validate(value);
  return validate.errors ?? [];
};

const encode = (text: string): Uint8Array => Buffer.from(text);
const json = (record: OutgoingRecord): unknown => JSON.parse(Buffer.from(record.value ?? []).toString());
const headersOf = ({ headers }: OutgoingRecord): Record<string, string> =>
  Object.fromEntries(headers.map(([name, value]) => [name, Buffer.from(value).toString()]));

const incidentPlan = { topic: 'tocsin.incidents', source: 'urn:tocsin:test' };
const recordOf = (of: IncidentChange): OutgoingRecord =>
  outgoingRecord(incidentRecord(of, incidentPlan), encode);
const commandPlan = {
  ...remediationDefaults,
  topic: 'tocsin.remediation',
  source: 'urn:tocsin:test',
  encode,
};
const commandOf = (of: IncidentChange, rule = sampleRule()): OutgoingRecord =>
  planRemediation(of, rule, commandPlan).commands[0]!.record;
const letter = deadLetter(
  {
    topic: 'logs.auth',
    partition: 3,
    offset: 17,
    key: null,
    value: encode('{'),
    headers: [],
    timestampMs: 1_772_359_380_000,
  },
  { reason: 'invalid-json', detail: 'ends too early', events: [] },
  'tocsin.dead-letters',
);

const workedOn = sampleIncident({
  version: 4,
  status: 'acknowledged',
  reason: 'person',
  severitySetBy: 'alice',
  assignee: 'bob',
  flaps: 2,
  history: [
    { time: '2026-03-01T10:03:00.000Z', what: 'opened', who: 'tocsin', version: 1 },
    { time: '2026-11-21T12:00:00.000Z', what: 'acknowledged', who: 'alice', version: 2, note: 'on it' },
    { time: '2026-11-21T12:00:01.000Z', what: 'assigned', who: 'alice', version: 3, from: null, to: 'bob' },
    {
      time: '2026-11-21T12:00:02.000Z',
      what: 'severity-changed',
      who: 'alice',
      version: 4,
      from: 'low',
      to: 'high',
    },
  ],
});

const absorbing = sampleIncident({
  version: 3,
  history: [
    { time: '2026-03-01T10:03:00.000Z', what: 'opened', who: 'tocsin', version: 1 },
    { time: '2026-11-21T12:00:00.000Z', what: 'noted', who: 'bob', note: 'from the lab', of: 'a1b2c3' },
    { time: '2026-11-21T12:00:01.000Z', what: 'absorbed', who: 'alice', version: 3, from: 'a1b2c3' },
  ],
  mergedFrom: [
    {
      id: 'a1b2c3',
      rule: 'password-spray',
      title: 'Spray',
      firstSeen: '2026-03-01T10:00:00.000Z',
      lastSeen: '2026-03-01T10:03:00.000Z',
      events: 12,
      firings: 2,
    },
  ],
});

describe('the schema of incidents', () => {
  const validate = validator('incident.schema.json');

  test.each([
    { title: 'an open incident', of: change('opened') },
    { title: 'a resolved one', of: { kind: 'resolved', incident: resolvedIncident() } as const },
    {
      title: 'a merged one',
      of: change('merged', { status: 'merged', reason: 'merged', mergedInto: 'a1b2c3' }),
    },
    {
      title: 'one that a person merged another into',
      of: { kind: 'absorbed', incident: absorbing } as const,
    },
    {
      title: 'one that a person took out of another',
      of: {
        kind: 'unmerged',
        incident: sampleIncident({
          reason: 'person',
          history: [
            { time: '2026-11-21T12:00:02.000Z', what: 'unmerged', who: 'bob', version: 4, from: 'a1b2c3' },
          ],
        }),
      } as const,
    },
    { title: 'one that persons worked on', of: { kind: 'severity-changed', incident: workedOn } as const },
  ])('takes the record of $title', ({ of }) => {
    expect(faultsOf(validate, json(recordOf(of)))).toEqual([]);
  });

  test('takes whatever an incident holds', () => {
    fc.assert(
      fc.property(hostileIncident, (incident) => {
        expect(faultsOf(validate, json(recordOf({ kind: 'opened', incident })))).toEqual([]);
      }),
    );
  });

  test('knows every member of an incident, and no other', () => {
    const { properties, required } = schema('incident.schema.json') as {
      properties: Json;
      required: string[];
    };
    const always = Object.keys(sampleIncident());
    expect(Object.keys(properties).sort()).toEqual([...always, 'mergedFrom'].sort());
    expect(required.toSorted()).toEqual(always.sort());
  });

  test.each([
    { title: 'no version', wrong: { version: undefined } },
    { title: 'another status', wrong: { status: 'closed' } },
    { title: 'a time in another zone', wrong: { firstSeen: '2026-03-01T10:00:00+01:00' } },
    { title: 'a count that is text', wrong: { events: '10' } },
  ])('does not take one with $title', ({ wrong }) => {
    expect(faultsOf(validate, JSON.parse(JSON.stringify({ ...sampleIncident(), ...wrong })))).not.toEqual([]);
  });
});

describe('the schema of remediation commands', () => {
  const validate = validator('remediation.schema.json');
  const spec = sampleRule().remediation[0]!;

  test.each([
    { ipv4_net: '203.0.113.7' },
    { ipv4_net: '203.0.113.7/24' },
    { ipv6_net: '2001:db8::7' },
    { domain_name: 'evil.example' },
    { device: { hostname: 'web-01' } },
    { process: { pid: 4242, name: 'xmrig' } },
    { file: { path: '/tmp/x', hashes: { md5: 'd41d8cd98f00b204e9800998ecf8427e' } } },
    { ipv4_connection: { src_addr: '203.0.113.7', dst_port: 22, protocol: 'tcp' } },
    { mac_addr: '02:00:5e:10:00:ff' },
    { email_addr: 'mallory@evil.example' },
    { uri: 'https://evil.example/x' },
    { 'x-acme:account': { user: 'jdoe', state: 'disabled' } },
  ])('takes the command about %j', (target) => {
    const record = commandOf(change('opened'), sampleRule({ remediation: [{ ...spec, target }] }));
    expect(faultsOf(validate, json(record))).toEqual([]);
  });

  test('knows the actions that tocsin knows', () => {
    const { properties } = schema('remediation.schema.json') as {
      properties: { action: { enum: string[] } };
    };
    expect(properties.action.enum).toEqual([...openC2Actions]);
  });

  test.each([
    { title: 'two targets', wrong: { target: { ipv4_net: '203.0.113.7', domain_name: 'evil.example' } } },
    {
      title: 'an address with /32, which OpenC2 does not have',
      wrong: { target: { ipv4_net: '203.0.113.7/32' } },
    },
    { title: 'no address', wrong: { target: { ipv4_net: '203.0.113.256' } } },
    { title: 'an action of another language', wrong: { action: 'block' } },
    { title: 'an id with white space', wrong: { command_id: 'a b' } },
  ])('does not take a command with $title', ({ wrong }) => {
    expect(faultsOf(validate, { ...(json(commandOf(change('opened'))) as Json), ...wrong })).not.toEqual([]);
  });
});

test('the schema of dead letters takes the headers of one, and misses none', () => {
  const validate = validator('dead-letter.schema.json');
  expect(faultsOf(validate, headersOf(letter))).toEqual([]);
  for (const name of Object.keys(headersOf(letter))) {
    const { [name]: _, ...rest } = headersOf(letter);
    expect(faultsOf(validate, rest)).not.toEqual([]);
  }
});

describe('the AsyncAPI document', () => {
  const document = parse(read('asyncapi.yaml')) as {
    asyncapi: string;
    channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
    operations: Record<string, { action: string; channel: { $ref: string }; messages: { $ref: string }[] }>;
    components: { messages: Record<string, { headers: Json; payload: Json; contentType: string }> };
  };

  test('is of version 3 and names the three topics', () => {
    expect(document.asyncapi).toBe('3.0.0');
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual([
      'tocsin.incidents',
      'tocsin.remediation',
      'tocsin.dead-letters',
    ]);
  });

  test('sends each of its messages by one operation', () => {
    const sent = Object.values(document.operations).flatMap(({ messages }) =>
      messages.map((message) => resolve(message)),
    );
    expect(Object.values(document.operations).map(({ action }) => action)).toEqual(['send', 'send', 'send']);
    expect(sent).toEqual(Object.values(document.components.messages));
    for (const { channel, messages } of Object.values(document.operations)) {
      for (const message of messages) expect(message.$ref.startsWith(`${channel.$ref}/messages/`)).toBe(true);
    }
  });

  test('refers to nothing that is not there', () => {
    const references = [...read('asyncapi.yaml').matchAll(/\$ref: '?([^'\s]+)'?/g)].map(
      ([, target = '']) => target,
    );
    expect(references.length).toBeGreaterThan(10);
    for (const $ref of references) expect(resolve({ $ref })).toBeTypeOf('object');
  });

  test('knows every kind of version of an incident', () => {
    const known = JSON.stringify(expand(document.components.messages['incident']!.headers));
    for (const kind of incidentChangeKinds) expect(known).toContain(`"tocsin.incident.${kind}.v1"`);
  });

  test.each([
    { name: 'incident', record: recordOf(change('reopened')) },
    { name: 'command', record: commandOf(change('opened')) },
    { name: 'deadLetter', record: letter },
  ])('describes the headers of a record: $name', ({ name, record }) => {
    const message = document.components.messages[name]!;
    const headers = expand(message.headers);
    const { $id: _, ...anonymous } = headers;
    expect(faultsOf(ajv.compile(anonymous), headersOf(record))).toEqual([]);
    const known = JSON.stringify(headers);
    for (const header of Object.keys(headersOf(record))) expect(known).toContain(`"${header}"`);
  });

  /** Follows a reference within the document or to a schema beside it, all the way. */
  function resolve({ $ref }: { $ref: string }): unknown {
    if ($ref.startsWith('./')) return schema($ref.slice(2));
    const found = $ref
      .slice(2)
      .split('/')
      .reduce<unknown>((node, key) => (node as Json | undefined)?.[key], document);
    const next = (found as { $ref?: string } | undefined)?.$ref;
    return next === undefined ? found : resolve({ $ref: next });
  }

  function expand(node: Json): Json {
    const inner = (node['schema'] ?? node) as Json;
    const whole = '$ref' in inner ? (resolve(inner as { $ref: string }) as Json) : inner;
    const parts = whole['allOf'] as Json[] | undefined;
    return parts === undefined ? whole : { ...whole, allOf: parts.map(expand) };
  }
});
