import { fail, ok, type Result } from '../../shared/result.ts';
import { parseDetection } from './parse-detection.ts';
import type { DetectionReading } from './parse-item.ts';
import { misspelt, parseLogSource, parseMetadata, type SigmaDocument } from './parse-metadata.ts';
import { parseOwn } from './parse-own.ts';
import { createFaultList, type SigmaFault } from './sigma-fault.ts';
import type { SigmaFilter, SigmaRule } from './sigma-rule.ts';

/** What the values of `expand` stand for; undefined where nobody gave any. */
export type PlaceholderValues = DetectionReading['placeholder'];

/** A detection rule, with all its faults at once. */
export function parseSigmaRule(
  document: SigmaDocument,
  placeholder: PlaceholderValues,
): Result<SigmaRule, readonly SigmaFault[]> {
  const faults = createFaultList();
  const metadata = parseMetadata(document, faults);
  const logsource = parseLogSource(document, faults);
  const written = document.get('detection');
  if (written === undefined) faults.add(['detection'], 'is missing', hintForDetection(document));
  const detection =
    written === undefined
      ? undefined
      : parseDetection({ value: written, path: ['detection'] }, { faults, placeholder });
  const own = parseOwn(document, logsource, { faults, placeholder });
  if (detection === undefined || faults.faults.length > 0) return fail(faults.faults);
  return ok({
    ...metadata,
    search: { detection, filters: [], logsource },
    ...(own === undefined ? {} : { own }),
  });
}

const hintForDetection = (document: SigmaDocument): string | undefined =>
  document.get('conditions') === undefined
    ? misspelt(document, 'detection')
    : 'YAML is Sigma; rules with "conditions" are written in JSON';

/** A filter, with all its faults at once. Its condition is added to those of the rules it names: `rule and filter`. */
export function parseSigmaFilter(
  document: SigmaDocument,
  placeholder: PlaceholderValues,
): Result<SigmaFilter, readonly SigmaFault[]> {
  const faults = createFaultList();
  const { title } = parseMetadata(document, faults);
  const logsource = parseLogSource(document, faults);
  const value = document.get('filter');
  if (document.get('detection') !== undefined)
    faults.add(['detection'], 'has no place in a filter', 'write it as a document of its own');
  const rules = rulesOf(value, faults);
  const detection = parseDetection(
    { value, path: ['filter'], ownMembers: ['rules'] },
    { faults, placeholder },
  );
  if (detection === undefined || faults.faults.length > 0) return fail(faults.faults);
  return ok({ title, logsource, ...(rules === undefined ? {} : { rules }), detection });
}

/** Ids or names; undefined for `any`, `all` and the empty list: whatever the log source covers. */
function rulesOf(filter: unknown, faults: ReturnType<typeof createFaultList>): readonly string[] | undefined {
  if (!(filter instanceof Map)) return undefined;
  const written: unknown = filter.get('rules');
  const at = ['filter', 'rules'];
  if (written === undefined || written === null)
    return faults.add(at, 'is missing', 'name rules by id or name, or write "any"');
  if (typeof written === 'string') return /^(?:any|all)$/i.test(written) ? undefined : [written];
  if (!Array.isArray(written) || !written.every((each) => typeof each === 'string'))
    return faults.add(at, 'must be a list of ids or names, or "any"');
  return written.length === 0 ? undefined : written;
}
