/** What is known of an error of kafkajs, whose errors wrap one another. */
interface KafkaLikeError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly type?: unknown;
  readonly retriable?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** Errors that the cluster's operator or our configuration has to mend: waiting would hide them. */
const fatalNames = ['KafkaJSSASLAuthenticationError', 'KafkaJSNotImplemented'];
const fatalTypes = [
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_SESSION_TIMEOUT',
  'INCONSISTENT_GROUP_PROTOCOL',
];

/** kafkajs calls these final, but they are what an absent or starting cluster looks like. */
const passingNames = [
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
];

/**
 * A plain error of kafkajs: it takes a broker that accepted the connection, and did not answer the first request on it in
 * time, for connected when it asks it the next time.
 */
const isUnanswered = ({ message }: KafkaLikeError): boolean => message === 'Broker not connected';

/**
 * Whether trying again later can help: true for anything an outage can cause, false for credentials, codecs and bugs.
 * `kafkajsSays` is what kafkajs itself holds of the error, where it was asked.
 */
export function mayPass(error: unknown, kafkajsSays = false): boolean {
  const chain = causesOf(error);
  if (chain.some(({ name, type }) => isOneOf(fatalNames, name) || isOneOf(fatalTypes, type))) return false;
  return (
    kafkajsSays ||
    chain.some((each) => each.retriable === true || isOneOf(passingNames, each.name) || isUnanswered(each))
  );
}

/** The names of Kafka's own error codes in an error, such as MESSAGE_TOO_LARGE; outermost first. */
export function kafkaErrorTypes(error: unknown): readonly string[] {
  return causesOf(error).flatMap(({ type }) => (typeof type === 'string' ? [type] : []));
}

/** The class names of an error and its causes. */
export function kafkaErrorNames(error: unknown): readonly string[] {
  return causesOf(error).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The error, its causes, and those of an aggregate; ten deep at most, for a cause may be circular. */
function causesOf(error: unknown, depth = 10): readonly KafkaLikeError[] {
  if (typeof error !== 'object' || error === null || depth === 0) return [];
  const own: KafkaLikeError = error;
  const parts: readonly unknown[] = Array.isArray(own.errors) ? own.errors : [];
  return [own, ...[own.cause, ...parts].flatMap((part) => causesOf(part, depth - 1))];
}

const isOneOf = (list: readonly string[], value: unknown): boolean =>
  typeof value === 'string' && list.includes(value);
