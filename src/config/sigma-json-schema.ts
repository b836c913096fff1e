import { modifierNames } from '../detect/sigma/modifiers/modifier-table.ts';
import { correlationMembers, correlationTypes } from '../detect/sigma/parse-correlation.ts';
import { sigmaStatuses } from '../detect/sigma/sigma-rule.ts';
import { severities } from '../shared/model/severity.ts';
import { ruleJsonSchema } from './rule-json-schema.ts';
import { ownMembers } from './sigma-to-rule.ts';

type Json = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const texts = { anyOf: [text, { type: 'array', items: text }] };
const described = (schema: Json, description: string): Json => ({ ...schema, description });

/**
 * The JSON Schema of a document of a Sigma file (draft 2020-12), for editors; committed as schemas/sigma.schema.json. What
 * stands under `tocsin` is described whole, Sigma's own members as far as a schema can say it: the loader says the rest.
 */
export function sigmaJsonSchema(): Json {
  const { rule, conditions, condition, comparison, reference } = (ruleJsonSchema()['$defs'] ?? {}) as Record<
    string,
    Json
  >;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'a rule, correlation or filter in Sigma, with what tocsin adds',
    type: 'object',
    properties: {
      title: described(text, 'A template: "Shell of {{ User }}".'),
      id: text,
      name: text,
      action: { enum: ['global', 'repeat', 'reset'] },
      status: { enum: sigmaStatuses },
      level: { enum: severities },
      description: text,
      tags: texts,
      references: texts,
      falsepositives: texts,
      logsource: logSource,
      detection: { $ref: '#/$defs/detection' },
      filter: described(
        { $ref: '#/$defs/detection' },
        'Selections and a condition; rules: ids, names or any.',
      ),
      correlation,
      generate: { type: 'boolean' },
      tocsin: own((rule?.['properties'] ?? {}) as Json),
    },
    $defs: { detection, selection, conditions, condition, comparison, reference },
  };
}

const logSource: Json = {
  type: 'object',
  properties: { category: text, product: text, service: text, definition: text },
  description: 'Which events the rule is for.',
};

/** A map of fields with their modifiers, keywords, or a list of either. */
const selection: Json = {
  anyOf: [
    { type: 'string' },
    { type: 'number' },
    {
      type: 'object',
      propertyNames: { pattern: `^[^|]*(?:\\|(?:${modifierNames.join('|')}))*$` },
    },
    { type: 'array', items: { anyOf: [{ type: ['string', 'number'] }, { $ref: '#/$defs/selection' }] } },
  ],
};

const detection: Json = {
  type: 'object',
  properties: { condition: texts, rules: texts },
  additionalProperties: { $ref: '#/$defs/selection' },
};

const correlation: Json = {
  type: 'object',
  properties: {
    ...Object.fromEntries(correlationMembers.map((name) => [name, {}])),
    type: { enum: correlationTypes },
    rules: texts,
    'group-by': texts,
    timespan: { type: 'string', pattern: '^\\d+[smhdwMy]$' },
    condition: { type: ['string', 'object'] },
    generate: { type: 'boolean' },
  },
  additionalProperties: false,
};

/** Members of a JSON rule; an exception has a detection in the place of conditions. */
function own(members: Json): Json {
  const properties = Object.fromEntries(ownMembers.map((name) => [name, members[name]]));
  const { items } = (members['exceptions'] ?? {}) as { readonly items?: Json };
  const { conditions: _, ...ofException } = (items?.['properties'] ?? {}) as Json;
  const exception = {
    ...items,
    properties: { detection: { $ref: '#/$defs/detection' }, ...ofException },
    required: ['detection', 'reason'],
  };
  return {
    type: 'object',
    properties: { ...properties, exceptions: { ...(members['exceptions'] as Json), items: exception } },
    additionalProperties: false,
    description: 'What Sigma has no word for. Its other tools pass over it.',
  };
}
