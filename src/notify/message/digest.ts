import type { Digest, Message, Notification } from '../../shared/model/notification.ts';
import { addToDigest, type DigestParts, digestOfSum, emptyDigestSum } from './digest-sum.ts';

/**
 * One message that stands for all of these, one at least. Counts are exact. It names the twenty most severe incidents,
 * then the latest, each once with one event of evidence. Pure; `id` must be made of what it stands for, so that the same
 * digest has the same id again.
 */
export const digestOf = (items: readonly Notification[], parts: DigestParts): Digest =>
  mergeDigests(items, parts);

/**
 * The same of messages that may be digests themselves. Totals, reasons and severities stay exact; what a digest counts
 * under `others` stays there, so that a rule may have more than is counted by its name.
 */
export function mergeDigests(messages: readonly Message[], parts: DigestParts): Digest {
  const sum = emptyDigestSum();
  for (const message of messages) addToDigest(sum, message);
  return digestOfSum(sum, parts);
}
