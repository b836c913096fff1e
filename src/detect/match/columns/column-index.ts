import type { EventFields } from '../../../shared/model/log-event.ts';
import { encode } from '../../sigma/index/index-plan.ts';
import { necessaryClause } from '../../sigma/index/necessary-clause.ts';
import { SignatureMemo, type SignatureState } from '../../sigma/index/signature-memo.ts';
import type { ConditionNode } from '../condition-node.ts';
import { type AtomTree, isWholly, judge, no, perhaps, yes } from './atom-tree.ts';
import { ColumnTable } from './column-table.ts';
import { conditionTree } from './condition-tree.ts';
import { atomOf, type Facet, noAtoms, sayingOf } from './facet.ts';

/** Something to be found, and its conditions. */
export interface Conditioned<R> {
  readonly item: R;
  readonly conditions: ConditionNode;
}

/** What an event may match: `sure` matches, `perhaps` must be tried. In the order of the items, each. */
export interface Candidates<R> {
  readonly sure: readonly R[];
  readonly perhaps: readonly R[];
}

interface Entry<R> {
  readonly item: R;
  readonly place: number;
  readonly tree: AtomTree;
  /** Atoms say all there is to say of it. */
  readonly isWhole: boolean;
}

interface SealedColumn {
  readonly read: (fields: EventFields) => unknown;
  readonly facets: readonly Facet[];
}

/**
 * Says which items an event matches, by the fields that their conditions name: each is read once an event, its value says
 * which comparisons hold, all of them at once, and what the values together lead to is remembered. So an event costs what
 * its fields cost, hardly what the rules do.
 */
export class ColumnIndex<R> {
  /** Items to be judged whatever the event has, since nothing positive is necessary for them. */
  readonly #always: readonly Entry<R>[];
  readonly #byAtom: (Entry<R>[] | undefined)[] = [];
  readonly #columns: readonly SealedColumn[];
  readonly #memo = new SignatureMemo<Candidates<R>>();
  /** What is known of each atom while a state's items are judged; all no in between. */
  readonly #known: Uint8Array;

  constructor(items: readonly Conditioned<R>[]) {
    const table = new ColumnTable();
    const entries = items.map(({ item, conditions }, place) => {
      const tree = conditionTree(conditions, table);
      return { item, place, tree, isWhole: isWholly(tree) };
    });
    this.#always = entries.filter((entry) => !this.#register(entry, table));
    this.#columns = table.columns.map((column) => ({ read: column.read, facets: column.seal() }));
    this.#known = new Uint8Array(table.size);
  }

  candidates(fields: EventFields): Candidates<R> {
    let state = this.#memo.root;
    for (const { read, facets } of this.#columns) {
      const value = read(fields);
      // Of a missing field nothing holds.
      if (value === undefined) continue;
      for (const facet of facets) {
        const set = facet.find(value);
        if (set !== noAtoms) state = this.#memo.after(state, set);
      }
    }
    state.result ??= this.#judgeAt(state);
    return state.result;
  }

  /** Items that have to be tried on nearly every event, and why. */
  alwaysTried(): readonly { readonly item: R; readonly reason: string }[] {
    return this.#always
      .filter(({ isWhole }) => !isWhole)
      .map(({ item, tree }) => ({ item, reason: reasonOf(tree) }));
  }

  /** False where no atom is necessary. */
  #register(entry: Entry<R>, table: ColumnTable): boolean {
    const code: number[] = [];
    encode(entry.tree, code);
    const clause = necessaryClause(code, 0, (atom) => table.cost(atom));
    if (clause === undefined) return false;
    for (const atom of clause) {
      const known = this.#byAtom[atom];
      if (known === undefined) this.#byAtom[atom] = [entry];
      else known.push(entry);
    }
    return true;
  }

  #judgeAt(end: SignatureState<Candidates<R>>): Candidates<R> {
    const found = new Set<Entry<R>>(this.#always);
    const atoms: number[] = [];
    // Where a comparison may throw, no rule with it is sure to match: all are to be tried.
    let mayThrow = false;
    for (let at: typeof end | undefined = end; at !== undefined; at = at.parent)
      for (const code of at.set.atoms) {
        const atom = atomOf(code);
        const saying = sayingOf(code);
        mayThrow ||= saying === 'throws';
        this.#known[atom] = saying === 'surely' ? yes : perhaps;
        atoms.push(atom);
        for (const entry of this.#byAtom[atom] ?? []) found.add(entry);
      }
    const candidates = this.#judgeAll(found, mayThrow);
    for (const atom of atoms) this.#known[atom] = no;
    return candidates;
  }

  #judgeAll(found: ReadonlySet<Entry<R>>, mayThrow: boolean): Candidates<R> {
    const candidates: { sure: R[]; perhaps: R[] } = { sure: [], perhaps: [] };
    for (const { item, tree, isWhole } of [...found].sort((a, b) => a.place - b.place)) {
      const verdict = judge(tree, this.#known);
      if (verdict === yes && isWhole && !mayThrow) candidates.sure.push(item);
      else if (verdict !== no) candidates.perhaps.push(item);
    }
    return candidates;
  }
}

/** Why a tree cannot be told from its atoms: what its first unknown leaf says. */
function reasonOf(tree: AtomTree): string {
  if (tree.kind === 'unknown') return tree.reason;
  if (tree.kind === 'atom' || tree.kind === 'not') return 'what it asks for is negated';
  const reasons = tree.children.filter((child) => !isWholly(child)).map(reasonOf);
  return reasons[0] ?? 'what it asks for is negated';
}
