import { paginateDescribeStackEvents, type StackEvent } from '@aws-sdk/client-cloudformation';
import type { AwsClients } from '../../aws/clients';
import { attempt } from '../../aws/failure';

/** What CloudFormation says of resources that it stopped because another one had failed. */
const CANCELLED = /cancelled/i;

/**
 * Why the last operation of a stack failed: the first resource that did, with CloudFormation's reason. Resources fail in
 * the wake of the first one, and the stack's own reason only lists them.
 * @returns one sentence; null when no resource of that operation failed
 */
export async function firstFailure(clients: AwsClients, stackId: string): Promise<string | null> {
  const events = await attempt(`read the events of the stack ${stackId}`, () => lastOperation(clients, stackId));
  const failures = events.reverse().filter(({ ResourceStatus: status }) => status?.endsWith('_FAILED'));
  const first = failures.find(({ ResourceStatusReason: reason }) => !CANCELLED.test(reason ?? '')) ?? failures[0];
  if (first === undefined) return null;
  return `${first.LogicalResourceId} (${first.ResourceType}) ${first.ResourceStatus}: ${first.ResourceStatusReason ?? 'no reason given'}`;
}

/** Newest first, back to the event with which the stack's last operation began. */
async function lastOperation(clients: AwsClients, stackId: string): Promise<StackEvent[]> {
  const found: StackEvent[] = [];
  for await (const page of paginateDescribeStackEvents({ client: clients.cloudFormation }, { StackName: stackId })) {
    for (const event of page.StackEvents ?? []) {
      found.push(event);
      if (event.PhysicalResourceId === stackId && /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(event.ResourceStatus ?? '')) return found;
    }
  }
  return found;
}
