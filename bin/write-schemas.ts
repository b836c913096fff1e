// Writes the JSON Schemas that are generated from the validators: `npm run schemas`. Tests compare them.
import { writeFileSync } from 'node:fs';
import { configJsonSchemaText } from '../src/config/config-json-schema.ts';
import { ruleJsonSchema } from '../src/config/rule-json-schema.ts';
import { sigmaJsonSchema } from '../src/config/sigma-json-schema.ts';

const folder = new URL('../schemas/', import.meta.url);
writeFileSync(new URL('config.schema.json', folder), configJsonSchemaText());
writeFileSync(new URL('rule.schema.json', folder), `${JSON.stringify(ruleJsonSchema(), null, 2)}\n`);
writeFileSync(new URL('sigma.schema.json', folder), `${JSON.stringify(sigmaJsonSchema(), null, 2)}\n`);
