import { z } from 'zod';
import { engineRuleSchema, ruleCollectionSchema, ruleSchema } from './rule-schema.ts';

type Json = Readonly<Record<string, unknown>>;

const operatorExamples = [
  'equal',
  'notEqual',
  'in',
  'notIn',
  'contains',
  'doesNotContain',
  'lessThan',
  'lessThanInclusive',
  'greaterThan',
  'greaterThanInclusive',
  'startsWith',
  'endsWith',
  'containsText',
  'matches',
  'cidr',
  'exists',
  'inList',
  'fieldEqual',
  'someValue:containsText',
  'ignoreCase:equal',
  'not:inList',
];

const fact = z.string().min(1).meta({ description: 'A field of the event: exact key, or dotted path.' });
const path = z.string().optional().meta({ description: 'A JSONPath inside the value: $.a.b[0].' });
const priority = z.union([z.int(), z.string()]).optional();

const leaf = z
  .looseObject({
    fact,
    operator: z
      .string()
      .meta({ description: 'An operator, with decorators before it: not:in.', examples: operatorExamples }),
    value: z.unknown().meta({ description: 'A value, or another field: {"fact": "name"}.' }),
    path,
    params: z.unknown().optional(),
    priority,
  })
  .meta({ id: 'comparison' });

const reference = z.looseObject({ condition: z.string(), priority }).meta({ id: 'reference' });

/** json-rules-engine's condition tree, as far as a schema can say it; `detect/match` checks the rest. */
const conditions: z.ZodType = z
  .lazy(() =>
    z.union([
      z.looseObject({ all: z.array(condition), priority }),
      z.looseObject({ any: z.array(condition), priority }),
      z.looseObject({ not: condition, priority }),
      reference,
    ]),
  )
  .meta({ id: 'conditions', description: 'Conditions of json-rules-engine: all, any, not, or a named one.' });

/** Below the root a comparison may stand alone. */
const condition: z.ZodType = z
  .lazy(() => z.union([conditions, leaf]))
  .meta({ id: 'condition', description: 'A condition of json-rules-engine.' });

/** The JSON Schema of a rule file (draft 2020-12), for editors and other tools; committed as schemas/rule.schema.json. */
export function ruleJsonSchema(): Json {
  const rule = { ...body(ruleSchema), anyOf: [{ required: ['conditions'] }, namesRules] };
  // Without `not`, a misspelt rule of ours would pass as one of the library's, which takes any member.
  const isOfEngine = { not: { required: ['id'] }, anyOf: [{ required: ['event'] }, { required: ['name'] }] };
  const engineRule = { ...body(engineRuleSchema), ...isOfEngine };
  const anyRule = { anyOf: [{ $ref: '#/$defs/rule' }, { $ref: '#/$defs/engineRule' }] };
  const collection = body(ruleCollectionSchema);
  const rules = { type: 'array', items: anyRule };
  const properties = { ...(collection['properties'] as Json), rules };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'tocsin rule file',
    description: 'One rule, an array of rules, or rules with conditions they share.',
    anyOf: [...anyRule.anyOf, rules, { ...collection, properties }],
    $defs: { rule, engineRule, ...conditionDefinitions() },
  };
}

/** Rules over other rules have no conditions of their own. */
const namesRules: Json = {
  required: ['window'],
  properties: {
    window: {
      anyOf: [{ required: ['rules'] }, { properties: { type: { enum: ['temporal', 'temporal_ordered'] } } }],
    },
  },
};

function conditionDefinitions(): Json {
  const generated = z.toJSONSchema(z.object({ conditions }), { io: 'input' });
  return generated.$defs as Json;
}

function body(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' }) as Json;
  return rest;
}

/** Made once, when there is a first fault to tell: a file may have thousands. */
let ruleBody: Json | undefined;

/** The members a rule may have at a path within it, for "did you mean"; in a window those of its type, where `rule` has one. */
export function knownMembers(path: readonly PropertyKey[], rule?: unknown): readonly string[] {
  ruleBody ??= body(ruleSchema);
  let schema = ruleBody;
  let value = rule;
  for (const key of path) {
    value = memberOf(value, key);
    schema = step(schema, key, memberOf(value, 'type'));
  }
  return Object.keys((schema['properties'] ?? {}) as Json);
}

const memberOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
    : undefined;

function step(schema: Json, key: PropertyKey, type: unknown): Json {
  const next =
    typeof key === 'number' ? schema['items'] : (schema['properties'] as Json | undefined)?.[String(key)];
  const found = (next ?? {}) as Json;
  const members = (found['oneOf'] ?? found['anyOf']) as readonly Json[] | undefined;
  if (members === undefined) return found;
  const ofType = members.filter((each) => memberOf(memberOf(each['properties'], 'type'), 'const') === type);
  const told = ofType.length === 0 ? members : ofType;
  return { properties: Object.assign({}, ...told.map((each) => each['properties'] ?? {})) };
}
