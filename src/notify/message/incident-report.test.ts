import { expect, test } from 'vitest';
import { resolvedIncident, sampleIncident } from '../../../test/support/sample-incident.ts';
import type { Incident } from '../../shared/model/incident.ts';
import { type IncidentReport, incidentReport, pageOf } from './incident-report.ts';
import { messageContent } from './message-content.ts';

const linkOf = (id: string): string => `https://tocsin.example.org/incidents/${id}`;

const reportOf = (parts: Partial<Incident> = {}): IncidentReport =>
  incidentReport(sampleIncident(parts), { notices: [], description: 'Many failed logins.', linkOf });

test('an incident is reported with what its messages offer: commands, links, ATT&CK', () => {
  const incident = sampleIncident();
  const message = messageContent({ id: 'n', reason: 'opened', incident }, { linkOf });
  expect(reportOf()).toEqual({
    ...incident,
    notices: [],
    description: 'Many failed logins.',
    next: message.next,
    attack: message.attack,
    links: message.links,
  });
});

test('its page is linked to where there is one', () => {
  expect(pageOf(reportOf())).toBe('https://tocsin.example.org/incidents/5f2c0a9be1d34c77');
  expect(pageOf(incidentReport(sampleIncident(), { notices: [], description: '' }))).toBeUndefined();
});

test('of one that is over there is nothing to do but to look', () => {
  expect(reportOf(resolvedIncident()).next).toEqual(['tocsin incidents show 5f2c0a9be1d34c77']);
});
