import { didYouMean } from '../../shared/did-you-mean.ts';

/** What is wrong with a document, for the rule's author. */
export interface SigmaFault {
  /** Keys from the document's root to the place. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** What was probably meant, or what to do. */
  readonly hint?: string;
}

/** Gathers the faults of one document, so that all are told at once. */
export interface FaultList {
  readonly faults: SigmaFault[];
  add(path: SigmaFault['path'], message: string, hint?: string): undefined;
}

/** More faults than this in one document say nothing more to its author. */
const faultsMax = 100;

export function createFaultList(): FaultList {
  const faults: SigmaFault[] = [];
  return {
    faults,
    add: (path, message, hint) => {
      if (faults.length < faultsMax)
        faults.push(hint === undefined ? { path, message } : { path, message, hint });
      return undefined;
    },
  };
}

/** `did you mean "contains"?`, where something is close. */
export function hintOf(written: string, candidates: readonly string[]): string | undefined {
  const meant = didYouMean(written, candidates);
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}
