/** One thing that is wrong with a configuration, in words for the person who wrote it. */
export interface ConfigFault {
  /** The file, or where the value came from instead: `defaults`. */
  readonly file: string;
  /** JSON path within the file, such as `$.bus.brokers[0]`. */
  readonly path: string;
  readonly message: string;
  /** What was probably meant, or what to do. */
  readonly hint?: string;
}

const plainKey = /^[A-Za-z_$][\w$]*$/;

/** `['bus', 'brokers', 0]` as `$.bus.brokers[0]`; a key that is no plain name in brackets and quotes. */
export function jsonPath(keys: readonly PropertyKey[]): string {
  let path = '$';
  for (const key of keys) {
    const name = String(key);
    if (typeof key === 'number') path += `[${key}]`;
    else path += plainKey.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  }
  return path;
}
