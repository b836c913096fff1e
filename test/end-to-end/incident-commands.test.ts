import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ServedIncident } from '../support/served-incident.ts';
import { eventually } from '../support/tocsin-process.ts';

let served: ServedIncident;
beforeEach(() => {
  served = new ServedIncident();
});
afterEach(() => served.remove());

describe('a command that works on incidents', () => {
  test('says that its wish is queued where a service does not answer, which does it once it can', async () => {
    const id = await served.open();
    await served.freeze();
    const queued = await served.incidents('ack', id, '--json', '--wait', '1s');
    expect(queued).toMatchObject({ code: 3, err: '' });
    expect(JSON.parse(queued.out)).toMatchObject({ id, refused: 'queued' });
    served.thaw();
    await eventually(() => served.now().status === 'acknowledged');
  });

  test('says what it needs, and why not', async () => {
    const id = await served.open();
    await served.end();
    const refused = await served.ask('reopen', id, 'nobody', '--json');
    expect(refused.code).toBe(1);
    expect(
      refused.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).refused),
    ).toEqual(['no-such-incident', 'already-open']);
    for (const wrong of [
      ['assign', id],
      ['assign', id, '--to', 'bob', '--nobody'],
      ['assign', id, '--to', 'tocsin'],
      ['note', id],
      ['severity', id, 'severe'],
      ['ack', id, 'nobody', '--version', '3'],
      ['ack', id, '--who', ' '],
    ])
      expect([wrong, (await served.incidents(...wrong)).code]).toEqual([wrong, 2]);
    expect(served.now().version).toBe(1);
    const listed = await served.incidents(
      'list',
      '--nobody',
      '--severity',
      'medium',
      '--since',
      '1h',
      '--no-shadow',
      '--json',
    );
    expect(JSON.parse(listed.out)).toMatchObject({ id });
    expect(await served.incidents('list', '--assignee', 'bob')).toMatchObject({
      out: '',
      err: 'no incidents\n',
    });
  });
});
