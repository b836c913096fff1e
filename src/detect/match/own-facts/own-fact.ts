/** What an own fact may ask: the event's fields, by tocsin's rules for names, and other own facts. */
export interface FactAccess {
  factValue(fact: string, params?: FactParams, path?: string): Promise<unknown>;
}

/** `params` of a comparison, as the rule has them. */
export type FactParams = Readonly<Record<string, unknown>>;

/**
 * A fact that is computed: json-rules-engine's dynamic fact. May give a promise, which must settle: whoever makes one
 * bounds its time (`runtime/limit-facts.ts`).
 */
export type OwnFact = (params: FactParams, almanac: FactAccess) => unknown;

/** Own facts by name. A field of that name is hidden: what an attacker calls a field must not answer for a fact. */
export type OwnFacts = Readonly<Record<string, OwnFact>>;
