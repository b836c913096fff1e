import type { Incident } from '../model/incident.ts';
import type { Delivery, Message } from '../model/notification.ts';

export type { Delivery, DeliveryFailure, Message } from '../model/notification.ts';

/**
 * Tells one destination about one incident, or about many in one digest. Expected failures are returned, never thrown: the caller owns retries,
 * so a notifier only says whether trying again could help. `detail` never holds a secret.
 * Contract suite: test/contracts/notifier.ts.
 */
export interface Notifier {
  /** Receiver and channel, such as `soc/slack`. */
  readonly name: string;
  notify(message: Message, signal: AbortSignal): Promise<Delivery>;
  /**
   * Only where the receiver forgets what nobody repeats: says again that these incidents stand, which is no message to
   * anybody, and has to be done that often, milliseconds.
   */
  readonly renewal?: {
    readonly everyMs: number;
    renew(incidents: readonly Incident[], signal: AbortSignal): Promise<Delivery>;
  };
  /**
   * An incident is an alert there, which stands until it is said to be over: a digest takes in only what says that one
   * stands, and what was told in a digest alone has nothing to end.
   */
  readonly keepsAlerts?: true;
  close(): Promise<void>;
}
