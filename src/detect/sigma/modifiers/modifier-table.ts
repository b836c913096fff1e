import { timeParts } from '../sigma-value.ts';
import { comparison, exists, fieldref, timePart } from './comparison-modifiers.ts';
import { base64, base64offset, wide } from './encoding-modifiers.ts';
import { expand } from './expand-modifier.ts';
import type { ModifyValue } from './modifier.ts';
import { cidr, regexFlag } from './pattern-modifiers.ts';
import { anchored, cased, windash } from './text-modifiers.ts';

/** Every modifier that changes single values, by the name a rule writes (specification 2.1, appendix "Modifiers"). */
export const valueModifiers: ReadonlyMap<string, ModifyValue> = new Map<string, ModifyValue>([
  ['contains', anchored('contains')],
  ['startswith', anchored('startswith')],
  ['endswith', anchored('endswith')],
  ['cased', cased],
  ['windash', windash],
  ['i', regexFlag('i', 'ignoreCase')],
  ['ignorecase', regexFlag('ignorecase', 'ignoreCase')],
  ['m', regexFlag('m', 'multiline')],
  ['multiline', regexFlag('multiline', 'multiline')],
  ['s', regexFlag('s', 'dotAll')],
  ['dotall', regexFlag('dotall', 'dotAll')],
  ['cidr', cidr],
  ['base64', base64],
  ['base64offset', base64offset],
  ['wide', wide('wide')],
  ['utf16le', wide('utf16le')],
  ['utf16be', wide('utf16be')],
  ['utf16', wide('utf16')],
  ['lt', comparison('lt')],
  ['lte', comparison('lte')],
  ['gt', comparison('gt')],
  ['gte', comparison('gte')],
  ['exists', exists],
  ['fieldref', fieldref],
  ['expand', expand],
  ...timeParts.map((part): [string, ModifyValue] => [part, timePart(part)]),
]);

/** All names: besides the above, `re` (read before anything is unescaped), and `all` and `neq`, which act on the list. */
export const modifierNames: readonly string[] = [...valueModifiers.keys(), 're', 'all', 'neq'];

/** What other tools, and older rules, call a modifier. */
export const otherModifiers: Readonly<Record<string, string>> = {
  beginswith: 'startswith',
  regex: 're',
  regexp: 're',
  not: 'neq',
  ne: 'neq',
  greater_than: 'gt',
  less_than: 'lt',
  ip: 'cidr',
};
