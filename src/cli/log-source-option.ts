import { InvalidArgumentError } from 'commander';
import type { SourceConfig } from '../shared/model/source-config.ts';

const attributes = ['product', 'service', 'category'];

/** Parses `product=windows,service=security`; commander tells the user where it is not that. */
export function logSourceOption(text: string): NonNullable<SourceConfig['logsource']> {
  const pairs = text.split(',').map((pair): [string, string] => {
    const [, name = '', value = ''] = /^\s*([a-z]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (!attributes.includes(name) || value === '')
      throw new InvalidArgumentError(
        'product=..., service=... and category=... are needed, with commas between',
      );
    return [name, value];
  });
  if (new Set(pairs.map(([name]) => name)).size < pairs.length)
    throw new InvalidArgumentError('each of product, service and category may stand once');
  return Object.fromEntries(pairs);
}
