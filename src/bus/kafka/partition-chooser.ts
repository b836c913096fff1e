import { type ICustomPartitioner, type Message, Partitioners } from 'kafkajs';

/**
 * Keys go where Kafka's Java client puts them. A message without a key keeps the partition it was first given: kafkajs
 * asks again at each of its own attempts, and another answer would store the message twice (its sendMessages.js).
 */
export const choosePartition: ICustomPartitioner = () => {
  const byKey = Partitioners.DefaultPartitioner();
  const given = new WeakMap<Message, number>();
  let turn = 0;
  return (args) => {
    const { message, partitionMetadata } = args;
    if (message.key !== null && message.key !== undefined) return byKey(args);
    const known = given.get(message);
    if (known !== undefined) return known;
    turn += 1;
    const chosen = partitionMetadata[turn % partitionMetadata.length]?.partitionId ?? 0;
    given.set(message, chosen);
    return chosen;
  };
};
