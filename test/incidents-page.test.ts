import { describe, expect, test } from 'vitest';
import { incidentStands, incidentSteps, type Transition, transition } from '../src/incident/transitions.ts';
import { readPage, tableRows } from './support/markdown.ts';

// The page about the life of an incident shows the table that decides it.

const rows = tableRows(readPage('docs/incidents.md'));

const cellOf = (found: Transition): string => {
  if (found.kind === 'none') return '';
  if (found.kind === 'refused') return `no: \`${found.reason}\``;
  const what = found.what === null ? 'counts' : `\`${found.change}\``;
  return `${found.status}; ${what}${found.isFlap ? ', a flap' : ''}`;
};

describe('the table of what may follow what', () => {
  test('has a column for every place where an incident can stand, by the prefix of its numbers', () => {
    const [, , ...heads] = rows.find((cells) => cells[1] === 'step') ?? [];
    const prefixes = incidentStands.map((stand) => transition(stand, 'note').number.split('-')[0]);
    expect(heads.map((head) => /`(\w+)`/.exec(head)?.[1])).toEqual(prefixes);
  });

  test.each(incidentSteps.map((step, index) => ({ step, number: String(index + 1) })))(
    'has a row for $step as the code has it',
    ({ step, number }) => {
      const row = rows.find((cells) => cells[0] === number && cells[1] === step);
      expect(row?.slice(2)).toEqual(incidentStands.map((stand) => cellOf(transition(stand, step))));
    },
  );
});
