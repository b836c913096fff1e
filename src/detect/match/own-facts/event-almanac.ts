import { Almanac } from 'json-rules-engine';
import { compileField, type ReadField } from '../../../shared/field-path.ts';
import type { EventFields } from '../../../shared/model/log-event.ts';
import { type CompiledPath, compileJsonPath } from '../json-path.ts';
import type { FactParams, OwnFacts } from './own-fact.ts';

/** So many names and paths are remembered, then all are forgotten: own facts may ask for names made of anything. */
const rememberedMax = 1_000;

/** What the almanacs of all events share: the own facts, and readers of fields and paths. */
export class Almanacs {
  readonly #facts: OwnFacts;
  readonly #readers = new Map<string, ReadField>();
  readonly #paths = new Map<string, CompiledPath['read']>();
  readonly #ofEvents = new WeakMap<EventFields, Almanac>();

  constructor(facts: OwnFacts) {
    this.#facts = facts;
  }

  /**
   * json-rules-engine's almanac over one event: an own fact is asked once an event for each `params`. Kept as long as the
   * event is.
   */
  of(fields: EventFields): Almanac {
    const known = this.#ofEvents.get(fields);
    if (known !== undefined) return known;
    const made = this.#open(fields);
    this.#ofEvents.set(fields, made);
    return made;
  }

  #open(fields: EventFields): Almanac {
    const almanac = new EventAlmanac(
      (name) => this.#reader(name)(fields),
      (value, path) => this.#path(path)(value),
    );
    for (const [name, fact] of Object.entries(this.#facts))
      almanac.addFact(name, async (params: FactParams, access: Almanac) => fact(params, access));
    return almanac;
  }

  #reader(name: string): ReadField {
    return remembered(this.#readers, name, () => compileField(name));
  }

  #path(path: string): CompiledPath['read'] {
    return remembered(this.#paths, path, () => {
      const compiled = compileJsonPath(path);
      if (!compiled.ok) throw new TypeError(compiled.failure);
      return compiled.value.read;
    });
  }
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= rememberedMax) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}

/** The library knows facts by exact names; what is no own fact is a field of the event. */
class EventAlmanac extends Almanac {
  readonly #readField: (name: string) => unknown;
  readonly #resolve: (value: object, path: string) => unknown;
  readonly #own = new Set<string>();

  constructor(readField: (name: string) => unknown, resolve: (value: object, path: string) => unknown) {
    super({ allowUndefinedFacts: true, pathResolver: resolve });
    this.#readField = readField;
    this.#resolve = resolve;
  }

  override addFact(...args: readonly unknown[]): this {
    const [id] = args;
    if (typeof id === 'string') this.#own.add(id);
    return (super.addFact as (...all: readonly unknown[]) => this)(...args);
  }

  // The types of the library let callers say what they get; nothing checks it.
  override async factValue<T>(fact: string, params?: FactParams, path?: string): Promise<T> {
    if (this.#own.has(fact)) return super.factValue<T>(fact, params, path);
    const value = this.#readField(fact);
    const isInner = typeof value === 'object' && value !== null && path !== undefined && path !== '';
    return (isInner ? this.#resolve(value, path) : value) as T;
  }
}
