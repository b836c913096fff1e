import type { Notifier } from '../../src/shared/ports/notifier.ts';

/**
 * A receiver that does not answer the first `hangs` messages. Those go to a notifier of a server that never answers, with
 * a time limit as short as one likes; all others to one with a limit that no machine, however busy, comes to.
 */
export function firstHanging(
  hangs: number,
  { hanging, answering }: { readonly hanging: Notifier; readonly answering: Notifier },
): Notifier {
  let sent = 0;
  return {
    name: answering.name,
    notify: (message, signal) => {
      sent += 1;
      return (sent <= hangs ? hanging : answering).notify(message, signal);
    },
    close: async () => {
      await hanging.close();
      await answering.close();
    },
  };
}
