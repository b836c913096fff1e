import type { Kafka } from 'kafkajs';
import type { Log } from '../../shared/ports/log.ts';
import { withAdmin } from './create-kafka.ts';
import { messageOf } from './kafka-failure.ts';

/** What kafkajs calls a cluster inside: the part of it that is needed here (2.2.4, `src/cluster` and `src/broker`). */
interface InnerCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findGroupCoordinator(group: {
    groupId: string;
  }): Promise<{ leaveGroup(member: { groupId: string; memberId: string }): Promise<unknown> }>;
}

/**
 * Sends away the members that an earlier process under the same client id left in the group when it was killed. The
 * group would wait for them, up to their session timeout, before it gives anybody a partition; kafkajs has no static
 * membership to prevent that. Only for a client id that no other living process has. What fails here costs time only.
 */
export async function retirePredecessors(
  kafka: Kafka,
  member: { groupId: string; clientId: string },
  log: Log,
): Promise<void> {
  const { groupId, clientId } = member;
  try {
    const { groups } = await withAdmin(kafka, (admin) => admin.describeGroups([groupId]));
    const dead = (groups[0]?.members ?? []).filter((each) => each.clientId === clientId);
    if (dead.length === 0) return;
    await leaveFor(
      kafka,
      groupId,
      dead.map(({ memberId }) => memberId),
    );
    log.info('members of the group that an earlier process left behind were sent away', {
      groupId,
      members: dead.length,
    });
  } catch (error) {
    log.debug('the group could not be freed of earlier members; it waits for their session timeout', {
      reason: messageOf(error),
    });
  }
}

async function leaveFor(kafka: Kafka, groupId: string, memberIds: readonly string[]): Promise<void> {
  const cluster = innerCluster(kafka);
  try {
    await cluster.connect();
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    for (const memberId of memberIds) await coordinator.leaveGroup({ groupId, memberId });
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}

/** kafkajs has no public way to leave for another member; its client makes its clusters by a method under a symbol. */
function innerCluster(kafka: Kafka): InnerCluster {
  const key = Object.getOwnPropertySymbols(kafka).find(
    (symbol) => symbol.description === 'private:Kafka:createCluster',
  );
  if (key === undefined) throw new Error('this version of kafkajs makes its clusters in another way');
  const create = (kafka as unknown as Readonly<Record<symbol, (options: object) => InnerCluster>>)[key];
  if (create === undefined) throw new Error('this version of kafkajs makes its clusters in another way');
  return create({ allowAutoTopicCreation: false });
}
