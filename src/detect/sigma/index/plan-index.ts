import type { Steps } from '../../../shared/steps.ts';
import type { AtomTree as Claim } from '../../match/columns/atom-tree.ts';
import { AtomNumbers } from './atom-numbers.ts';
import { eachAtom, encode, type IndexPlan, operandOf, withAtom } from './index-plan.ts';
import { necessaryClause } from './necessary-clause.ts';
import { isNone, type Requirement } from './requirement.ts';

/** What an event must have for an item to be worth a try, and what the item says. */
export interface ItemTerms {
  readonly requirement: Requirement;
  /** What it says, as far as atoms say exactly the same. */
  readonly claim: Claim;
}

/** Something to be found. Items with the same key have the same terms, which are asked for only where they are not known. */
export interface PlannedItem {
  readonly key: string;
  /** Their atoms have the numbers given. */
  readonly terms: (numbers: AtomNumbers) => ItemTerms;
}

/** A plan with the keys of its items. */
export interface KeptPlan {
  readonly keys: readonly string[];
  readonly plan: IndexPlan;
}

interface Planning {
  readonly numbers: AtomNumbers;
  readonly code: number[];
  readonly always: [number, string][];
  readonly before: KeptPlan | undefined;
  /** By key: the place of an item in the plan before. */
  readonly known: ReadonlyMap<string, number>;
  /** The reasons of the plan before, by place. */
  readonly reasons: ReadonlyMap<number, string>;
  /** By atom of the plan before: its number now. */
  readonly renumbered: Int32Array;
}

/** Works out the plan of an index, as far as an earlier one does not say it already. A step for each item. */
export function* planIndex(items: readonly PlannedItem[], before?: KeptPlan): Steps<KeptPlan> {
  if (before?.keys.length === items.length && items.every(({ key }, at) => before.keys[at] === key))
    return before;
  const planning: Planning = {
    numbers: new AtomNumbers(),
    code: [],
    always: [],
    before,
    known: new Map(before?.keys.map((key, place) => [key, place])),
    reasons: new Map(before?.plan.always),
    renumbered: new Int32Array(before?.plan.texts.length ?? 0).fill(-1),
  };
  const starts: number[] = [];
  for (const [place, { key, terms }] of items.entries()) {
    starts.push(planning.code.length);
    const known = planning.known.get(key);
    if (before === undefined || known === undefined) addTerms(planning, place, terms(planning.numbers));
    else copyTerms(planning, place, { plan: before.plan, from: known });
    yield;
  }
  starts.push(planning.code.length);
  const { numbers, always } = planning;
  const code = Int32Array.from(planning.code);
  const clauses: number[] = [];
  const clauseStarts = [0];
  const costOf = (atom: number): number => numbers.cost(atom);
  for (const start of starts.slice(0, -1)) {
    clauses.push(...(necessaryClause(code, start, costOf) ?? []));
    clauseStarts.push(clauses.length);
    yield;
  }
  const plan: IndexPlan = {
    places: numbers.places,
    placeOf: Int32Array.from(numbers.placeOf),
    texts: numbers.texts,
    code,
    starts: Int32Array.from(starts),
    clauses: Int32Array.from(clauses),
    clauseStarts: Int32Array.from(clauseStarts),
    always,
  };
  return { keys: items.map(({ key }) => key), plan };
}

function addTerms({ numbers, code, always }: Planning, place: number, terms: ItemTerms): void {
  const { requirement, claim } = terms;
  if (isNone(requirement)) always.push([place, requirement.reason]);
  countUses(requirement, numbers);
  encode(requirement, code);
  encode(claim, code);
}

function countUses(requirement: Requirement, numbers: AtomNumbers): void {
  if (typeof requirement === 'number') numbers.countUse(requirement);
  else if (requirement.kind !== 'none') for (const child of requirement.children) countUses(child, numbers);
}

/** The same as that item of the plan before, over the numbers that its atoms have now. */
function copyTerms(
  planning: Planning,
  place: number,
  { plan, from }: { plan: IndexPlan; from: number },
): void {
  const { numbers, code, always, reasons, renumbered } = planning;
  const reason = reasons.get(from);
  if (reason !== undefined) always.push([place, reason]);
  const start = plan.starts[from] ?? 0;
  const end = plan.starts[from + 1] ?? start;
  const shift = code.length - start;
  for (let at = start; at < end; at += 1) code.push(plan.code[at] ?? 0);
  const renumber = (at: number, isUsed: boolean): void => {
    const word = plan.code[at] ?? 0;
    const old = operandOf(word);
    let atom = renumbered[old] ?? -1;
    if (atom === -1) {
      atom = numbers.addOfPlan(plan, old);
      renumbered[old] = atom;
    }
    if (isUsed) numbers.countUse(atom);
    code[at + shift] = withAtom(word, atom);
  };
  const claim = eachAtom(plan.code, start, (at) => renumber(at, true));
  eachAtom(plan.code, claim, (at) => renumber(at, false));
}
