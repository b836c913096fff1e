import { isDigest, type Message, type Notification } from '../../src/shared/model/notification.ts';

/** What a receiver hears on a time line: `opened A`; of a digest `opened B + opened C`, or `past of 200`. */
export function inWords(message: Message): string {
  if (!isDigest(message)) return itemInWords(message);
  if (message.cause !== 'grouped') return `${message.cause} of ${message.total}`;
  return message.items.map(itemInWords).sort().join(' + ');
}

const itemInWords = ({ reason, incident }: Notification): string => `${reason} ${incident.id}`;

/** How long since the start: `1h30m5s`. */
export function timeInWords(totalMs: number): string {
  const parts = [
    [Math.floor(totalMs / 3_600_000), 'h'],
    [Math.floor(totalMs / 60_000) % 60, 'm'],
    [(totalMs % 60_000) / 1_000, 's'],
  ] as const;
  const text = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value}${unit}`);
  return text.length === 0 ? '0s' : text.join('');
}
