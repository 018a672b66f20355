import { DescribeReplicationGroupsCommand, type NodeGroupMember } from '@aws-sdk/client-elasticache';
import type { AwsClients } from '../../aws/clients';
import { AwsError, attempt } from '../../aws/failure';
import type { TierIdentity } from '../../gates/evidence-schema';

export type CacheNode = TierIdentity['nodes'][number];

/**
 * Connections that ElastiCache itself keeps on a node. Its page of metrics said "two to four" for years and says "4 to 6"
 * now; four were seen on an idle node. The least of that range: with too low a number ElastiCache's own connections are
 * counted as the release's, with too high a number a leak would hide among them.
 */
export const MONITORING_CONNECTIONS_PER_NODE = 4;

/**
 * The nodes of a replication group, by id. They are asked for each time: a replaced node has another id.
 * @throws AwsError when there is no such group, or one whose nodes have no roles (cluster mode enabled)
 */
export async function nodesOf(clients: AwsClients, replicationGroupId: string): Promise<CacheNode[]> {
  const { ReplicationGroups: groups } = await attempt(`read the replication group ${replicationGroupId}`, () =>
    clients.elastiCache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: replicationGroupId })),
  );
  const [group] = groups ?? [];
  const members = (group?.NodeGroups ?? []).flatMap(({ NodeGroupMembers: found }) => found ?? []);
  if (members.length === 0) {
    throw new AwsError(
      'rejected',
      `The replication group ${replicationGroupId} (${group?.Status ?? 'unknown'}) has no nodes: wait until it is available.`,
    );
  }
  return members.map((member) => nodeOf(member, replicationGroupId)).sort((a, b) => (a.cacheClusterId < b.cacheClusterId ? -1 : 1));
}

function nodeOf(member: NodeGroupMember, group: string): CacheNode {
  const { CacheClusterId: cacheClusterId, CacheNodeId: cacheNodeId, CurrentRole: role } = member;
  if (cacheClusterId === undefined || cacheNodeId === undefined || (role !== 'primary' && role !== 'replica')) {
    throw new AwsError(
      'rejected',
      `AWS tells no role of node ${cacheClusterId ?? '?'} of ${group}: only replication groups with cluster mode disabled are supported.`,
    );
  }
  return { cacheClusterId, cacheNodeId, role };
}
