import { invariant } from '../../../shared/invariant.ts';
import { AtomSets } from '../../sigma/index/signature-memo.ts';
import type { FactOperand } from '../condition-node.ts';
import { Column } from './column.ts';

/** The fields that rules ask for, and the atoms over their values, each numbered once however many rules have it. */
export class ColumnTable {
  readonly #columns = new Map<string, Column>();
  readonly #atoms = new Map<string, number>();
  readonly #costs: number[] = [];
  readonly #uses: number[] = [];
  readonly #sets = new AtomSets();

  get size(): number {
    return this.#costs.length;
  }

  /** The fewest atoms first: so events that differ share the most on the way. */
  get columns(): readonly Column[] {
    return [...this.#columns.values()].filter(({ size }) => size > 0).sort((a, b) => a.size - b.size);
  }

  /**
   * The atom of a field called `name`: made by `make` when it is new. `cost`: how often events are likely to have it, in
   * rough units.
   */
  atom(
    operand: FactOperand,
    name: string,
    make: { cost: number; add: (column: Column, atom: number) => void },
  ): number {
    const place = JSON.stringify([operand.fact, operand.path ?? null]);
    const key = `${place} ${name}`;
    const known = this.#atoms.get(key);
    if (known !== undefined) {
      this.#uses[known] = (this.#uses[known] ?? 0) + 1;
      return known;
    }
    const atom = this.#costs.length;
    this.#atoms.set(key, atom);
    this.#costs.push(make.cost);
    this.#uses.push(1);
    const column = this.#columns.get(place) ?? new Column(operand.read, this.#sets);
    this.#columns.set(place, column);
    make.add(column, atom);
    return atom;
  }

  /** What many rules ask for is common. */
  cost(atom: number): number {
    const [cost, uses] = [this.#costs[atom], this.#uses[atom]];
    invariant(cost !== undefined && uses !== undefined, 'atoms come from the table');
    return cost * (1 + uses / 10);
  }
}
