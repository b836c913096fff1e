/** A closed set, so that it is safe as a metric label. */
export type WorldErrorCode = 'broker' | 'disk' | 'state' | 'network' | 'state-in-use';

/**
 * The world broke (broker gone for good, disk full, state file unreadable). Thrown once, handled once, in the
 * composition root: the process says what, where and what to do, and ends with code 3.
 */
export class WorldError extends Error {
  readonly code: WorldErrorCode;
  /** True where trying again later can help by itself: an outage, not credentials. */
  readonly mayPass: boolean;

  constructor(code: WorldErrorCode, message: string, options: { cause?: unknown; mayPass?: boolean } = {}) {
    super(message, options);
    this.mayPass = options.mayPass ?? false;
    this.name = 'WorldError';
    this.code = code;
  }
}
