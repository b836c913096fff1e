import { PassThrough } from 'node:stream';
import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { resolvedIncident, sampleIncident } from '../../test/support/sample-incident.ts';
import { incidentReport } from '../notify/message/incident-report.ts';
import type { Incident } from '../shared/model/incident.ts';
import { incidentPage } from './show-incident.ts';

const streams = { out: new PassThrough(), err: new PassThrough() };
const terminal = { ...streams, isScreen: false, colours: createColors(false) };
const description = 'Many failed logins\nfrom one address.\n\nBy \u001b[31mnobody.';

const shown = (incident: Incident, linkOf?: (id: string) => string): string[] =>
  incidentPage(
    terminal,
    incidentReport(incident, { notices: [], description, ...(linkOf === undefined ? {} : { linkOf }) }),
  );

test('what is shown of an incident says what its rule is about, where its page is, and what to do next', () => {
  const lines = shown(sampleIncident(), (id) => `https://tocsin.example.org/incidents/${id}`);
  expect(lines.map((line) => line.replace(/ {2,}/g, ' '))).toEqual(
    expect.arrayContaining([
      'about Many failed logins from one address. By \\u001b[31mnobody.',
      'runbook Check for a success from the same address.',
      'references https://attack.mitre.org/techniques/T1110/',
      'page https://tocsin.example.org/incidents/5f2c0a9be1d34c77',
      ' T1110 https://attack.mitre.org/techniques/T1110/',
    ]),
  );
  expect(lines.slice(lines.indexOf('next'), lines.indexOf('next') + 4)).toEqual([
    'next',
    '  tocsin incidents ack 5f2c0a9be1d34c77',
    "  tocsin silence add --match rule=ssh-brute-force --match group.source.ip=203.0.113.7 --for 2h --comment 'WHY'",
    '',
  ]);
});

test('without pages none is named, and of what is over nothing is to be done', () => {
  const lines = shown(resolvedIncident());
  expect(lines.filter((line) => /^page|^next/.test(line))).toEqual([]);
});
