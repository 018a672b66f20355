import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { AwsError, attempt } from '../../aws/failure';
import type { AwsContext } from './context';
import type { Place } from './place';

/**
 * An update's own rollback puts the alias on the version that the stack knows. If production serves another one (it was
 * rolled back past CloudFormation), a failing update would bring back what was left, and CodeDeploy is told a current
 * version that the alias does not have, which it refuses.
 *
 * @param serving the version that the alias points to
 * @throws AwsError `rejected` when the stack knows a version of the function, and it is another one
 */
export async function refuseOtherVersion(context: AwsContext, { stack, functionName, alias }: Place, serving: string): Promise<void> {
  if (stack === null) return;
  const known = await attempt(`list the resources of the stack ${stack.name}`, () => versionsIn(context, stack.name, functionName));
  if (known.length === 0 || known.includes(serving)) return;
  throw new AwsError(
    'rejected',
    `Production serves version ${serving}, but its stack ${stack.name} still says version ${known.join(', ')}: the alias ${alias} was moved past CloudFormation, as a rollback does. A failing update would bring that version back. First let the stack follow, the second step of a rollback: \`tidegate rollback --target aws --redeploy --reason "..."\`.`,
  );
}

async function versionsIn({ clients }: AwsContext, stackName: string, functionName: string): Promise<readonly string[]> {
  const versions: string[] = [];
  for await (const page of paginateListStackResources({ client: clients.cloudFormation }, { StackName: stackName })) {
    for (const { ResourceType: type, PhysicalResourceId: arn, ResourceStatus: status } of page.StackResourceSummaries ?? []) {
      // Retained when the stack left it: not the stack's any more.
      if (status?.startsWith('DELETE_')) continue;
      const [, version] = (type === 'AWS::Lambda::Version' && arn?.split(`:function:${functionName}:`)) || [];
      if (version !== undefined) versions.push(version);
    }
  }
  return versions;
}
