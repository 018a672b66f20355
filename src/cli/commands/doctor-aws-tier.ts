import { DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import { attempt } from '../../aws/failure';
import { RUNTIME_METRICS } from '../../contract';
import type { Tier } from '../../gates/vocabulary';
import type { AwsContext } from '../../targets/aws/context';
import { reservedConcurrencyOf } from '../../targets/aws/describe';
import { nodesOf } from '../../targets/aws/nodes';
import { type Place, placeOf } from '../../targets/aws/place';
import { readStack } from '../../targets/aws/stack';
import { servingVersion } from '../../targets/aws/versions';
import type { Check } from './doctor';
import { look, lookAt } from './doctor-aws-check';

/** A metric is asked for, not looked at: whether the answer is empty does not matter. */
const WINDOW_MS = 3_600_000;

/** One tier: its stack and outputs, and each call that reads from it, really made. */
export async function inspectTier(context: AwsContext, tier: Tier): Promise<readonly Check[]> {
  const { check, value: place } = await lookAt(`${tier}: place`, async () => {
    if (await isYetToCome(context, tier)) {
      return { value: null, found: 'not there yet', advice: 'The first promotion makes it.', required: false };
    }
    const value = await placeOf(context, tier);
    return {
      value,
      found: `${value.stack === null ? 'given by the policy' : `${value.stack.name}, ${value.stack.status}`}: ${value.apiUrl}`,
    };
  });
  return place === null ? [check] : [check, ...(await Promise.all(readsOf(context, tier, place)))];
}

/** Production is made by the first promotion; staging must be there for anything to be judged. */
async function isYetToCome({ clients, policy }: AwsContext, tier: Tier): Promise<boolean> {
  const given = policy[tier];
  return tier === 'production' && 'stack' in given && (await readStack(clients, given.stack)) === null;
}

function readsOf({ clients, clock }: AwsContext, tier: Tier, place: Place): readonly Promise<Check>[] {
  const { functionName, alias, replicationGroupId, shift } = place;
  const reads = [
    look(`${tier}: function`, async () => {
      const { version } = await servingVersion(clients, functionName, alias);
      const reserved = await reservedConcurrencyOf(clients, functionName);
      return { found: `version ${version} of ${functionName}, ${reserved === null ? 'no concurrency reserved' : `${reserved} reserved`}` };
    }),
    look(`${tier}: cache`, async () => {
      const nodes = await nodesOf(clients, replicationGroupId);
      return { found: nodes.map(({ cacheClusterId, role }) => `${cacheClusterId} (${role})`).join(', ') };
    }),
    look(`${tier}: metrics`, async () => {
      const { status } = await oneMetric(clients.cloudWatch, functionName, clock.now());
      if (status === 'Forbidden') return { found: status, advice: 'The role lacks cloudwatch:GetMetricData.' };
      return { found: 'can be read' };
    }),
  ];
  return shift === null ? reads : [...reads, ...readsOfShift({ clients }, tier, shift)];
}

function readsOfShift({ clients }: Pick<AwsContext, 'clients'>, tier: Tier, shift: NonNullable<Place['shift']>): readonly Promise<Check>[] {
  const { deploymentApplication: applicationName, deploymentGroup: deploymentGroupName, watchAlarm } = shift;
  return [
    look(`${tier}: CodeDeploy`, async () => {
      const { deploymentGroupInfo: info } = await attempt(`read the deployment group ${deploymentGroupName}`, () =>
        clients.codeDeploy.send(new GetDeploymentGroupCommand({ applicationName, deploymentGroupName })),
      );
      const events = info?.autoRollbackConfiguration?.enabled === true ? (info.autoRollbackConfiguration.events ?? []) : [];
      const watched =
        (info?.alarmConfiguration?.alarms ?? []).some(({ name }) => name === watchAlarm) && info?.alarmConfiguration?.enabled === true;
      const found = `rolls back on ${events.join(', ') || 'nothing'}; ${watched ? 'stops' : 'does not stop'} on ${watchAlarm}`;
      const safe = watched && events.includes('DEPLOYMENT_STOP_ON_ALARM') && events.includes('DEPLOYMENT_STOP_ON_REQUEST');
      return safe ? { found } : { found, advice: 'A canary would not be taken back: deploy the stack again.' };
    }),
    look(`${tier}: watch alarm`, async () => {
      const { MetricAlarms: alarms } = await attempt(`read the alarm ${watchAlarm}`, () =>
        clients.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [watchAlarm], AlarmTypes: ['MetricAlarm'] })),
      );
      const state = alarms?.[0]?.StateValue;
      if (state === undefined) return { found: 'not there', advice: 'Deploy the stack again.' };
      return { found: `${watchAlarm}: ${state}${state === 'ALARM' ? ' (normal while there is no canary)' : ''}` };
    }),
  ];
}

async function oneMetric(
  client: AwsContext['clients']['cloudWatch'],
  functionName: string,
  now: number,
): Promise<{ readonly status: string }> {
  const { MetricDataResults: results } = await attempt('read metrics', () =>
    client.send(
      new GetMetricDataCommand({
        StartTime: new Date(now - WINDOW_MS),
        EndTime: new Date(now),
        MetricDataQueries: [
          {
            Id: 'doctor',
            MetricStat: {
              Metric: {
                Namespace: 'AWS/Lambda',
                MetricName: 'Invocations',
                Dimensions: [{ Name: RUNTIME_METRICS.dimensions.functionName, Value: functionName }],
              },
              Period: 60,
              Stat: 'Sum',
            },
          },
        ],
      }),
    ),
  );
  return { status: results?.[0]?.StatusCode ?? 'Forbidden' };
}
