import { no, type Verdict, yes } from '../../match/columns/atom-tree.ts';
import type { Candidates } from '../../match/columns/column-index.ts';
import type { IndexPlan } from './index-plan.ts';
import { PlanJudge } from './plan-judge.ts';
import { sortFirst } from './signature-memo.ts';
import type { TrueAtoms } from './true-atoms.ts';

/** Says which items events with some atoms match, and which they may match. Items are known by their places. */
export class ItemIndex<R> {
  readonly #items: readonly R[];
  readonly #starts: Int32Array;
  /** Those of which nothing is necessary. */
  readonly #always: readonly number[];
  /** By atom: where the items that name it in their clause begin in `#named`; one more: where the last end. */
  readonly #namedFrom: Int32Array;
  readonly #named: Int32Array;
  readonly #judge: PlanJudge;
  /** The first `#count` are what is found, each once, and said so in `#isFound`; all no in between. */
  readonly #found: number[] = [];
  readonly #isFound: Uint8Array;
  #count = 0;

  constructor(items: readonly R[], { code, starts, always, texts, clauses, clauseStarts }: IndexPlan) {
    this.#items = items;
    this.#starts = starts;
    this.#always = always.map(([place]) => place);
    this.#isFound = new Uint8Array(items.length);
    this.#judge = new PlanJudge(code, texts.length);
    this.#named = new Int32Array(clauses.length);
    this.#namedFrom = new Int32Array(texts.length + 1);
    for (const atom of clauses) this.#namedFrom[atom] = (this.#namedFrom[atom] ?? 0) + 1;
    for (let atom = 1; atom <= texts.length; atom += 1)
      this.#namedFrom[atom] = (this.#namedFrom[atom] ?? 0) + (this.#namedFrom[atom - 1] ?? 0);
    // From behind, so that each start ends up where it belongs.
    for (let place = items.length - 1; place >= 0; place -= 1)
      for (let at = clauseStarts[place] ?? 0; at < (clauseStarts[place + 1] ?? 0); at += 1) {
        const atom = clauses[at] ?? 0;
        const to = (this.#namedFrom[atom] ?? 0) - 1;
        this.#namedFrom[atom] = to;
        this.#named[to] = place;
      }
  }

  candidates(atoms: TrueAtoms): Candidates<R> {
    this.#count = 0;
    for (const place of this.#always) this.#find(place);
    for (let at = 0; at < atoms.count; at += 1) this.#findNamed(atoms.items[at] ?? 0);
    sortFirst(this.#found, this.#count);
    this.#tell(atoms, yes);
    const candidates = this.#judgeFound();
    this.#tell(atoms, no);
    return candidates;
  }

  #findNamed(atom: number): void {
    const end = this.#namedFrom[atom + 1] ?? 0;
    for (let at = this.#namedFrom[atom] ?? 0; at < end; at += 1) this.#find(this.#named[at] ?? 0);
  }

  #find(place: number): void {
    if (this.#isFound[place] === yes) return;
    this.#isFound[place] = yes;
    this.#found[this.#count] = place;
    this.#count += 1;
  }

  #judgeFound(): Candidates<R> {
    const sure: R[] = [];
    const perhaps: R[] = [];
    for (let at = 0; at < this.#count; at += 1) {
      const place = this.#found[at] ?? 0;
      this.#isFound[place] = no;
      const verdict = this.#judge.judge(this.#starts[place] ?? 0);
      const item = this.#items[place];
      if (verdict === no || item === undefined) continue;
      if (verdict === yes) sure.push(item);
      else perhaps.push(item);
    }
    return { sure, perhaps };
  }

  /** What is known of the true atoms. */
  #tell({ items, count }: TrueAtoms, verdict: Verdict): void {
    const { known } = this.#judge;
    for (let at = 0; at < count; at += 1) known[items[at] ?? 0] = verdict;
  }
}
