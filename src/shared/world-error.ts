/** A closed set, so that it is safe as a metric label. */
export type WorldErrorCode = 'broker' | 'disk' | 'state' | 'network' | 'state-in-use';

/**
 * The world broke (broker gone for good, disk full, state file unreadable). Thrown once, handled once, in the
 * composition root: the process says what, where and what to do, and ends with code 3.
 */
export class WorldError extends Error {
  readonly code: WorldErrorCode;

  constructor(code: WorldErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'WorldError';
    this.code = code;
  }
}
