import type { Incident } from '../../src/shared/model/incident.ts';
import type { Severity } from '../../src/shared/model/severity.ts';
import type { Silence } from '../../src/shared/model/silence.ts';
import type { Delivery } from '../../src/shared/ports/notifier.ts';
import { away } from './delivery-world.ts';
import { sampleIncident } from './sample-incident.ts';
import type { Timeline, TimelineSetup } from './timeline.ts';

// What can happen on a time line.

type Step = (line: Timeline) => void | Promise<void>;

/** An incident opens. */
export const fires =
  (name: string, parts: Partial<Incident> = {}): Step =>
  (line) =>
    line.change(name, 'opened', parts);

/** More events come to it. */
export const goesOn =
  (name: string, events = 1): Step =>
  (line) =>
    line.change(name, 'updated', { events: (line.incidents.get(name)?.events ?? 0) + events });

/** It is quiet, and can change no more. */
export const isQuiet =
  (name: string): Step =>
  (line) => {
    line.change(name, 'resolved', { status: 'resolved', reason: 'quiet' });
    line.final(name);
  };

/** A late event shows that it was none. */
export const isRevised =
  (name: string): Step =>
  (line) =>
    line.change(name, 'revised', { status: 'resolved', reason: 'revised' });

/** A person resolves it; it may fire again. */
export const isResolved =
  (name: string): Step =>
  (line) =>
    line.change(name, 'resolved', { status: 'resolved', reason: 'person' });

/** It fires again after a person resolved it. */
export const comesBack =
  (name: string): Step =>
  (line) =>
    line.change(name, 'reopened', { status: 'open', reason: 'fired' });

export const isAcknowledged =
  (name: string): Step =>
  (line) =>
    line.change(name, 'acknowledged', { status: 'acknowledged' });

export const isGivenBack =
  (name: string): Step =>
  (line) =>
    line.change(name, 'unacknowledged', { status: 'open' });

export const isRaised =
  (name: string, severity: Severity): Step =>
  (line) => {
    const { severity: from, history } = line.incidents.get(name) ?? sampleIncident();
    const entry = {
      time: new Date(line.clock.nowMs()).toISOString(),
      what: 'severity-changed',
      who: 'ann',
      from,
      to: severity,
    } as const;
    line.change(name, 'severity-changed', { severity, history: [...history, entry] });
  };

/** A person silences incidents, for so long from now. */
export const isSilenced =
  (match: Silence['match'], forMs: number, id = 'quiet'): Step =>
  (line) => {
    const from = line.clock.nowMs();
    const times = {
      from: new Date(from).toISOString(),
      until: new Date(from + forMs).toISOString(),
    };
    line.silences = [...line.silences, { id, match, ...times, author: 'jo', comment: 'known' }];
    line.telling.replaceSilences(line.silences);
  };

/** The silence ends before its time. */
export const silenceExpires =
  (id = 'quiet'): Step =>
  (line) => {
    const until = new Date(line.clock.nowMs()).toISOString();
    line.silences = line.silences.map((silence) => (silence.id === id ? { ...silence, until } : silence));
    line.telling.replaceSilences(line.silences);
  };

/** The service dies and starts again, perhaps with another configuration. */
export const restarts =
  (setup: Partial<TimelineSetup> = {}): Step =>
  (line) => {
    line.commit();
    return line.restart(setup);
  };

/** A receiver does not answer any more, or does again. */
export const fails =
  (name: string, answer: Delivery = away): Step =>
  (line) => {
    line.failing.set(name, answer);
  };

export const works =
  (name: string): Step =>
  (line) => {
    line.failing.delete(name);
  };

/** Everything stands still for so long: the machine slept. */
export const isOff =
  (forMs: number): Step =>
  (line) =>
    line.clock.pass(forMs);
