import { z } from 'zod';
import { configSchema } from './config-schema.ts';

/** The JSON Schema (2020-12) of the configuration file, for editors; schemas/config.schema.json is this, written. */
export const configJsonSchema = (): Readonly<Record<string, unknown>> => ({
  title: 'tocsin configuration',
  ...z.toJSONSchema(configSchema, { io: 'input' }),
});

/** The text of schemas/config.schema.json. */
export const configJsonSchemaText = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
