import type { Delivery, DeliveryFailure } from '../../shared/ports/notifier.ts';
import { kafkaErrorNames, kafkaErrorTypes, messageOf } from './kafka-failure.ts';

const tooLarge = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
const unauthorised = ['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'];
const invalid = ['INVALID_RECORD', 'INVALID_TOPIC_EXCEPTION', 'INVALID_TIMESTAMP', 'CORRUPT_MESSAGE'];

/** Whether the cluster found the request or a record too large; smaller portions may pass. */
export const isTooLarge = (error: unknown): boolean => has(kafkaErrorTypes(error), tooLarge);

/** What a failed send means for its records. Credentials that are refused may be mended, so they are worth a retry. */
export function publishFailure(error: unknown): Delivery {
  const types = kafkaErrorTypes(error);
  const detail = messageOf(error);
  if (has(types, tooLarge)) return { kind: 'rejected', reason: 'too-large', detail };
  if (has(types, unauthorised)) return { kind: 'rejected', reason: 'auth', detail };
  if (has(types, invalid)) return { kind: 'rejected', reason: 'client', detail };
  return { kind: 'retry', reason: passingReason(kafkaErrorNames(error), types), detail };
}

function passingReason(names: readonly string[], types: readonly string[]): DeliveryFailure {
  if (names.includes('KafkaJSSASLAuthenticationError')) return 'auth';
  if (names.includes('KafkaJSRequestTimeoutError') || types.includes('REQUEST_TIMED_OUT')) return 'timeout';
  return types.length > 0 ? 'server' : 'network';
}

const has = (found: readonly string[], wanted: readonly string[]): boolean =>
  found.some((type) => wanted.includes(type));
