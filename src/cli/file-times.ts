import type { LogEvent } from '../shared/model/log-event.ts';
import { complain, type Terminal } from './terminal.ts';

/**
 * Counts stored events that do not say when they happened. They all get their file's time, so that windows take them for
 * one moment: what a replay then shows would mislead, unless it is said.
 */
export class FileTimes {
  #events = 0;
  #untimed = 0;

  count({ timeOrigin }: LogEvent): void {
    this.#events += 1;
    if (timeOrigin !== 'field') this.#untimed += 1;
  }

  say(terminal: Terminal): void {
    if (this.#untimed === 0) return;
    complain(
      terminal,
      `${this.#untimed} of ${this.#events} events have no time that could be read: all of them count as of when their file ` +
        'was last changed. Say where the time is: --time-field, --time-format, --format syslog or --profile',
    );
  }
}
