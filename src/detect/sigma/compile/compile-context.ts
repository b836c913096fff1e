import type { ReadField } from '../../../shared/field-path.ts';
import { createReadTexts, type ReadTexts } from './event-texts.ts';
import { createFoldCase, type FoldCase } from './fold-case.ts';
import { compileSigmaField } from './read-field.ts';

/** What the predicates of all rules share. */
export interface CompileContext {
  /** A reader of the field that a rule calls `name`, under the names it has in the events. */
  readonly field: (name: string) => ReadField;
  readonly foldCase: FoldCase;
  readonly readTexts: ReadTexts;
}

/** `fieldNames`: the names a field of Sigma may have in the events, the likeliest first. */
export function createCompileContext(fieldNames: (name: string) => readonly string[]): CompileContext {
  const foldCase = createFoldCase();
  const readers = new Map<string, ReadField>();
  return {
    foldCase,
    readTexts: createReadTexts(),
    field: (name) => {
      const reader = readers.get(name) ?? compileSigmaField(fieldNames(name));
      readers.set(name, reader);
      return reader;
    },
  };
}
