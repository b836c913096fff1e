import { plainValue } from '../../shared/plain-value.ts';
import { parseDetection } from './parse-detection.ts';
import type { DetectionReading } from './parse-item.ts';
import type { SigmaDocument } from './parse-metadata.ts';
import { hintOf } from './sigma-fault.ts';
import type { SigmaConditions, SigmaLogSource } from './sigma-rule.ts';

/** The member of a Sigma document that holds what only tocsin knows. Sigma's other tools pass over it. */
const name = 'tocsin';

/** What nearly all documents say: none of it is like `tocsin`, and thousands of rules need not compare it. */
const ofSigma: ReadonlySet<string> = new Set([
  'title',
  'id',
  'related',
  'status',
  'description',
  'references',
  'author',
  'date',
  'modified',
  'tags',
  'logsource',
  'detection',
  'falsepositives',
  'level',
]);

/**
 * What a rule says under `tocsin`: members of a JSON rule, not validated here. An exception has a `detection` in Sigma's
 * terms in the place of conditions; it sees the events of `logsource`, under the names they have there.
 */
export function parseOwn(
  document: SigmaDocument,
  logsource: SigmaLogSource,
  reading: DetectionReading,
): Members | undefined {
  const { faults } = reading;
  const written = document.get(name);
  if (written === undefined) {
    const close = [...document.keys()].find((key) => !ofSigma.has(key) && hintOf(key, [name]) !== undefined);
    return close === undefined
      ? undefined
      : faults.add([close], `unknown member "${close}"`, `did you mean "${name}"?`);
  }
  if (!(written instanceof Map)) return faults.add([name], 'must be a map');
  const members = membersOf(written);
  const exceptions: unknown = written.get('exceptions');
  if (exceptions === undefined) return members;
  if (!Array.isArray(exceptions)) return faults.add([name, 'exceptions'], 'must be a list');
  const read = exceptions.map((each: unknown, index) => {
    const path = [name, 'exceptions', index];
    return each instanceof Map
      ? readException(each, { logsource, path }, reading)
      : faults.add(path, 'must be a map');
  });
  return { ...members, exceptions: read };
}

interface ExceptionPlace {
  readonly logsource: SigmaLogSource;
  readonly path: readonly (string | number)[];
}

function readException(
  exception: SigmaDocument,
  { logsource, path }: ExceptionPlace,
  reading: DetectionReading,
): Members | undefined {
  const { detection: _, ...rest } = membersOf(exception);
  const written = exception.get('detection');
  const { faults } = reading;
  if (exception.get('conditions') !== undefined)
    return faults.add(
      [...path, 'conditions'],
      'has no place in YAML',
      'write "detection", as in the rule itself',
    );
  if (written === undefined) {
    const close = Object.keys(rest).map(
      (key) => hintOf(key, ['detection']) && `"${key}": did you mean "detection"?`,
    );
    return faults.add(
      path,
      '"detection" is missing',
      close.find((each) => each !== undefined),
    );
  }
  const detection = parseDetection({ value: written, path: [...path, 'detection'] }, reading);
  if (detection === undefined) return undefined;
  const conditions: SigmaConditions = { sigma: [{ detection, filters: [], logsource }] };
  return { ...rest, conditions };
}

type Members = Readonly<Record<string, unknown>>;

const membersOf = (map: SigmaDocument): Members => plainValue(map) as Members;
