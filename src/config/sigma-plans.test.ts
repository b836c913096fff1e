import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isFalse } from '../detect/match/columns/atom-tree.ts';
import type { AtomNumbers } from '../detect/sigma/index/atom-numbers.ts';
import { type KeptPlan, planIndex } from '../detect/sigma/index/plan-index.ts';
import { allOf, noRequirement, type Requirement } from '../detect/sigma/index/requirement.ts';
import { inOneGo } from '../shared/steps.ts';
import { planOfBytes } from './sigma-plan-bytes.ts';
import { SigmaPlans } from './sigma-plans.ts';

let folder = '';
let file = '';
let ignored: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-plans-'));
  file = join(folder, 'plans');
  ignored = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (): SigmaPlans => new SigmaPlans({ file, onIgnored: (reason) => ignored.push(reason) });

type Numbered = (numbers: AtomNumbers) => Requirement;

function planOf(...requirements: readonly Numbered[]): KeptPlan {
  const items = requirements.map((requirement, place) => ({
    key: String(place),
    terms: (numbers: AtomNumbers) => ({ requirement: requirement(numbers), claim: isFalse }),
  }));
  return inOneGo(planIndex(items));
}

const text =
  (written: string): Numbered =>
  (numbers) =>
    numbers.add('part', ['a'], written);
const one = planOf(
  text('xé\u{1f600}'),
  () => noRequirement('why'),
  (numbers) => allOf([text('x')(numbers), text('y')(numbers)]),
);
const other = planOf();

function write(): void {
  const plans = open();
  plans.keep('one', one);
  plans.keep('other', other);
  plans.save();
}

test('plans come back as they were, and are written again only where they changed', () => {
  write();
  const { ino } = statSync(file);
  const plans = open();
  expect([plans.get('one'), plans.get('other'), plans.get('third')]).toEqual([one, other, undefined]);
  plans.keep('one', plans.get('one') ?? other);
  plans.save();
  expect([ignored, statSync(file).ino]).toEqual([[], ino]);
});

test.each<[string, (whole: Buffer) => Uint8Array]>([
  ['cut', (whole) => whole.subarray(0, -5)],
  ['with another byte', (whole) => whole.fill(1, 200, 201)],
  ['empty', () => new Uint8Array(0)],
])('a file that is %s is passed over, and it is told', (_, damage) => {
  write();
  writeFileSync(file, damage(readFileSync(file)));
  expect([open().get('one'), ignored.length]).toEqual([undefined, 1]);
});

test('numbers of a machine that orders bytes otherwise are not read', () => {
  expect(planOfBytes(new Uint8Array([1, 2, 3, 4, 0, 0, 0, 0]))).toBeUndefined();
});

test('plans of more kinds than anybody has are not kept', () => {
  const plans = new SigmaPlans();
  for (let kind = 0; kind < 100; kind += 1) plans.keep(`${kind}`, one);
  expect([plans.get('31'), plans.get('32')]).toEqual([one, undefined]);
});
