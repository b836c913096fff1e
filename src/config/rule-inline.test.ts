import { Engine, type TopLevelCondition } from 'json-rules-engine';
import { describe, expect, test } from 'vitest';
import { inlineConditions } from './rule-inline.ts';

const yes = { fact: 'user', operator: 'equal', value: 'root' };
const no = { fact: 'user', operator: 'equal', value: 'ada' };

/** Every mixture of the four members that decide, each of which either holds or does not: 80 nodes. */
const mixtures = [[], [yes], [no]].flatMap((any) =>
  [[], [yes], [no]].flatMap((all) =>
    [undefined, yes, no].flatMap((not) =>
      [undefined, 'holds', 'fails'].map((condition) => ({
        ...(any.length === 0 ? {} : { any }),
        ...(all.length === 0 ? {} : { all }),
        ...(not === undefined ? {} : { not }),
        ...(condition === undefined ? {} : { condition }),
      })),
    ),
  ),
);

const named = { holds: { any: [no], condition: 'true' }, fails: { not: yes }, true: { all: [yes] } };

async function fires(conditions: unknown, known: Readonly<Record<string, object>>): Promise<boolean> {
  const engine = new Engine();
  for (const [name, each] of Object.entries(known)) engine.setCondition(name, each as TopLevelCondition);
  engine.addRule({ conditions: conditions as TopLevelCondition, event: { type: 'fired' } });
  return (await engine.run({ user: 'root' })).events.length > 0;
}

describe('named conditions put in the place of their references mean the same to the library', () => {
  const written = mixtures.filter((each) => Object.keys(each).length > 0);

  test.each(written.map((each) => [each]))('at the root: %j', async (tree) => {
    expect(await fires(inlineConditions(tree, named), {})).toBe(await fires(tree, named));
  });

  test.each(written.map((each) => [{ all: [each] }]))('below it: %j', async (tree) => {
    expect(await fires(inlineConditions(tree, named), {})).toBe(await fires(tree, named));
  });
});
