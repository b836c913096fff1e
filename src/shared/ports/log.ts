export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log of the process itself. Fields never hold secrets; adapters redact again. Contract suite: test/contracts/log.ts. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
