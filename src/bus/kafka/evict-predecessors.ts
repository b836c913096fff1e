import type { Cluster } from 'kafkajs';
import type { Log } from '../../shared/ports/log.ts';
import { messageOf } from './kafka-failure.ts';

/** What is used of a broker here: kafkajs has both methods on every broker, but `leaveGroup` not in its types. */
interface Coordinator {
  describeGroups(request: { groupIds: string[] }): Promise<{ readonly groups: readonly DescribedGroup[] }>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
}

interface DescribedGroup {
  readonly members: readonly { readonly memberId: string; readonly clientId: string }[];
}

/**
 * Makes members of the group leave that bear our own client id: they are earlier lives of ours, which were killed or
 * lost the broker before they could leave. Without this a group lets nobody read until it has given up the dead member,
 * which takes the session timeout. To be called before joining, and only with a client id that no living process shares.
 * What fails here costs that time and nothing else.
 */
export async function evictPredecessors(
  cluster: Cluster,
  { groupId, clientId, log }: { groupId: string; clientId: string; log: Log },
): Promise<void> {
  try {
    await cluster.refreshMetadataIfNecessary();
    const coordinator: unknown = await cluster.findGroupCoordinator({ groupId });
    if (!isCoordinator(coordinator)) return;
    const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
    const earlier = groups.flatMap(({ members }) => members).filter((member) => member.clientId === clientId);
    for (const { memberId } of earlier) {
      log.info('an earlier run of this process is still a member of the Kafka group; it is made to leave', {
        groupId,
        memberId,
      });
      await coordinator.leaveGroup({ groupId, memberId });
    }
  } catch (error) {
    log.debug('earlier members of the Kafka group could not be looked up', { reason: messageOf(error) });
  }
}

const isCoordinator = (broker: unknown): broker is Coordinator =>
  typeof broker === 'object' && broker !== null && 'leaveGroup' in broker && 'describeGroups' in broker;
