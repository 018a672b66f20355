import type { StackOutcome, StackUpdate } from '../../../src/targets/aws/stack-update';
import type { Replay } from '../../support/aws-replay';
import { ACCOUNT, FUNCTION, REGION } from './account';
import type { CodeDeployDouble } from './code-deploy-double';
import { SHIFT, stacks } from './stacks';
import type { VirtualClock } from './virtual-clock';

const ALIAS_AFTER_MS = 20_000;
const ROLLBACK_TAKES_MS = 20_000;

/** What a test may bend. */
export interface StackWays {
  update: 'shifts' | 'moves-nothing' | 'fails-before' | 'fails-after';
  status: Parameters<typeof stacks>[0];
  /** Of the function, as the stack knows it. */
  version: string;
}

/** Production's stack: an update comes to its alias after a while and waits for CodeDeploy there; taking it back puts the alias on the stack's version. */
export interface StackDouble {
  readonly ways: StackWays;
  startUpdate(): Promise<StackUpdate>;
}

export function stackDouble(replay: Replay, clock: VirtualClock, codeDeploy: CodeDeployDouble): StackDouble {
  const ways: StackWays = { update: 'shifts', status: 'UPDATE_COMPLETE', version: '1' };
  const startUpdate = async (): Promise<StackUpdate> => {
    let settle: (outcome: StackOutcome) => void = () => undefined;
    const done = new Promise<StackOutcome>((resolve) => {
      settle = resolve;
    });
    const complete = (): void => {
      ways.status = 'UPDATE_COMPLETE';
      settle({ state: 'complete' });
    };
    let atAlias = false;
    const rollBack = (detail: string): void => {
      ways.status = 'UPDATE_ROLLBACK_IN_PROGRESS';
      clock.after(ROLLBACK_TAKES_MS, async () => {
        if (atAlias) await codeDeploy.moveAlias(ways.version);
        ways.status = 'UPDATE_ROLLBACK_COMPLETE';
        settle({ state: 'rolled-back', detail });
      });
    };
    const comeToAlias = (): void => {
      if (ways.status !== 'UPDATE_IN_PROGRESS') return;
      const id = codeDeploy.shift('2', (succeeded) => {
        if (!succeeded) rollBack(`Alias (AWS::Lambda::Alias) UPDATE_FAILED: ${id} failed`);
        else if (ways.update === 'shifts') clock.after(10_000, complete);
        else rollBack('Dashboard (AWS::CloudWatch::Dashboard) UPDATE_FAILED: no');
      });
      atAlias = true;
    };
    ways.status = 'UPDATE_IN_PROGRESS';
    if (ways.update === 'moves-nothing') clock.after(ALIAS_AFTER_MS, complete);
    else if (ways.update === 'fails-before') {
      clock.after(ALIAS_AFTER_MS, () => rollBack('Cache (AWS::ElastiCache::ReplicationGroup) UPDATE_FAILED: no'));
    } else clock.after(ALIAS_AFTER_MS, comeToAlias);
    replay.script('cloudformation', 'CancelUpdateStack', [
      () => {
        rollBack('cancelled');
        return {};
      },
    ]);
    return { stackId: 'stack', changed: true, done };
  };
  replay.script('cloudformation', 'DescribeStacks', [
    () => ({ ...stacks(ways.status, { StackName: 'CheckInProduction', outputs: SHIFT }) }),
  ]);
  const version = (number: string, ResourceStatus: string): object => ({
    LogicalResourceId: `Version${number}`,
    PhysicalResourceId: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION}:${number}`,
    ResourceType: 'AWS::Lambda::Version',
    LastUpdatedTimestamp: new Date(clock.now()),
    ResourceStatus,
  });
  replay.script('cloudformation', 'ListStackResources', [
    () => ({ StackResourceSummaries: [version('1', 'DELETE_SKIPPED'), version(ways.version, 'CREATE_COMPLETE')] }),
  ]);
  return { ways, startUpdate };
}
