import type { Delivery, Message, Notifier } from '../../src/shared/ports/notifier.ts';
import type { ManualClock } from '../fakes/manual-clock.ts';

/** A notifier that sends for real while the clock of the test stands still, and remembers what was sent, and when. */
export class WatchedNotifier implements Notifier {
  readonly name: string;
  readonly keepsAlerts?: true;
  /** In order; without `delivery` while it is under way. */
  readonly sent: { readonly message: Message; readonly atMs: number; delivery?: Delivery }[] = [];
  readonly #inner: Notifier;
  readonly #clock: ManualClock;

  constructor(inner: Notifier, clock: ManualClock) {
    this.name = inner.name;
    if (inner.keepsAlerts) this.keepsAlerts = true;
    this.#inner = inner;
    this.#clock = clock;
  }

  /** Those that the receiver took. */
  get told(): Message[] {
    return this.sent.filter(({ delivery }) => delivery?.kind === 'delivered').map(({ message }) => message);
  }

  async notify(message: Message, signal: AbortSignal): Promise<Delivery> {
    const sending: (typeof this.sent)[number] = { message, atMs: this.#clock.nowMs() };
    this.sent.push(sending);
    sending.delivery = await this.#clock.during(this.#inner.notify(message, signal));
    return sending.delivery;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
