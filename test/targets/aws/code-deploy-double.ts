import { createHash } from 'node:crypto';
import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Replay } from '../../support/aws-replay';
import type { VirtualClock } from './virtual-clock';

const ROLLBACK_TAKES_MS = 3_000;
const AT_ONCE_TAKES_MS = 2_000;

/** What a test may bend. */
export interface CodeDeployWays {
  /** The canary's share. */
  weight: number;
  shiftsAfterMs: number;
  /** How long a canary has its share. */
  bakeMinutes: number;
}

/**
 * CodeDeploy with one group, as captured runs of others show it: a canary keeps the alias's version and gives the new one
 * a weight; a stopped or alarmed one is `Stopped` and taken back by another deployment, which heeds no alarm.
 */
export interface CodeDeployDouble {
  readonly ways: CodeDeployWays;
  readonly deployments: ReadonlyMap<string, DeploymentInfo>;
  /** Notes a deployment that moves nothing. @returns its id */
  create(rest: Partial<DeploymentInfo>): string;
  /** Begins a canary. `ended` is called once the alias is where it ends. */
  shift(to: string, ended?: (succeeded: boolean) => void): string;
  /** Stops what is in progress. */
  raise(alarm: string): void;
  moveAlias(version: string, other?: Other): Promise<void>;
}

interface Other {
  readonly version: string;
  readonly weight: number;
}

export type MoveAlias = CodeDeployDouble['moveAlias'];

/** @param move moves the alias in truth */
export function codeDeployDouble(replay: Replay, clock: Pick<VirtualClock, 'now' | 'after'>, move: MoveAlias): CodeDeployDouble {
  const deployments = new Map<string, DeploymentInfo>();
  const listeners = new Map<string, (succeeded: boolean) => void>();
  const ways: CodeDeployWays = { weight: 0.1, shiftsAfterMs: 5_000, bakeMinutes: 10 };
  const alias = { version: '1', split: false };
  const create = (rest: Partial<DeploymentInfo>): string => {
    const deploymentId = `d-${String(deployments.size + 1).padStart(9, '0')}`;
    deployments.set(deploymentId, {
      deploymentId,
      status: 'InProgress',
      creator: 'user',
      createTime: new Date(clock.now()),
      ...rest,
    });
    return deploymentId;
  };
  const change = (id: string, rest: Partial<DeploymentInfo>): void => void deployments.set(id, { ...deployments.get(id), ...rest });
  const isBusy = (id: string): boolean => deployments.get(id)?.status === 'InProgress';
  const busy = (): string[] => [...deployments.keys()].filter(isBusy);
  const moveAlias: CodeDeployDouble['moveAlias'] = async (version, other) => {
    Object.assign(alias, { version, split: other !== undefined });
    await move(version, other);
  };
  const takeBack = (id: string, errorInformation: NonNullable<DeploymentInfo['errorInformation']>): void => {
    const from = alias.version;
    const back = create({ creator: 'codeDeployRollback', rollbackInfo: { rollbackTriggeringDeploymentId: id } });
    const rollbackMessage = `Deployment ${id} terminated. Automatic rollback is triggered with a DeploymentId ${back}.`;
    change(id, { status: 'Stopped', errorInformation, rollbackInfo: { rollbackDeploymentId: back, rollbackMessage } });
    clock.after(ROLLBACK_TAKES_MS, async () => {
      await moveAlias(from);
      change(back, { status: 'Succeeded' });
      listeners.get(id)?.(false);
    });
  };
  const shift: CodeDeployDouble['shift'] = (to, ended = () => undefined) => {
    const from = alias.version;
    const id = create({ deploymentConfigName: 'CheckInCanary' });
    listeners.set(id, ended);
    clock.after(ways.shiftsAfterMs, () => (isBusy(id) ? moveAlias(from, { version: to, weight: ways.weight }) : undefined));
    clock.after(ways.shiftsAfterMs + ways.bakeMinutes * 60_000, async () => {
      if (!isBusy(id)) return;
      await moveAlias(to);
      change(id, { status: 'Succeeded' });
      ended(true);
    });
    return id;
  };
  const moveAtOnce = ({ CurrentVersion: from, TargetVersion: to }: Move): string => {
    const id = create({ deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' });
    clock.after(AT_ONCE_TAKES_MS, async () => {
      const refused = alias.split || from !== alias.version;
      if (!refused) await moveAlias(to);
      change(id, refused ? { status: 'Failed', errorInformation: MISMATCH } : { status: 'Succeeded' });
    });
    return id;
  };
  replay.script('codedeploy', 'ListDeployments', [
    ({ includeOnlyStatuses: only }) => ({ deployments: Array.isArray(only) ? busy() : [...deployments.keys()].reverse() }),
  ]);
  replay.script('codedeploy', 'GetDeployment', [({ deploymentId }) => ({ deploymentInfo: deployments.get(String(deploymentId)) })]);
  replay.script('codedeploy', 'GetDeploymentConfig', [() => canaryConfiguration(ways)]);
  replay.script('codedeploy', 'StopDeployment', [
    ({ deploymentId }) => {
      const id = String(deploymentId);
      if (!isBusy(id)) return { error: { name: 'DeploymentAlreadyCompletedException', message: `Deployment ${id} is complete` } };
      takeBack(id, { code: 'MANUAL_STOP', message: 'The deployment was stopped.' });
      return { status: 'Pending' };
    },
  ]);
  replay.script('codedeploy', 'CreateDeployment', [
    ({ revision }) =>
      busy().length > 0
        ? { error: { name: 'DeploymentLimitExceededException', message: 'A conflicting deployment is in progress' } }
        : { deploymentId: moveAtOnce(moveIn(revision)) },
  ]);
  return {
    ways,
    deployments,
    create,
    shift,
    moveAlias,
    raise: (alarm) => {
      const message = `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <${alarm}>`;
      for (const id of busy().filter((each) => listeners.has(each))) takeBack(id, { code: 'ALARM_ACTIVE', message });
    },
  };
}

const MISMATCH = {
  code: 'INVALID_LAMBDA_CONFIGURATION',
  message: 'The Lambda function alias version does not match the current version in AppSpec file.',
} as const;

function canaryConfiguration({ weight, bakeMinutes }: CodeDeployWays): { readonly deploymentConfigInfo: unknown } {
  const timeBasedCanary = { canaryPercentage: weight * 100, canaryInterval: bakeMinutes };
  return { deploymentConfigInfo: { trafficRoutingConfig: { type: 'TimeBasedCanary', timeBasedCanary } } };
}

interface Move {
  readonly CurrentVersion: string;
  readonly TargetVersion: string;
}

function moveIn(revision: unknown): Move {
  const { appSpecContent } = revision as { readonly appSpecContent: { readonly content: string; readonly sha256: string } };
  const digest = createHash('sha256').update(appSpecContent.content).digest('hex');
  if (digest !== appSpecContent.sha256) throw new Error('the AppSpec has another hash');
  const { Resources } = JSON.parse(appSpecContent.content) as {
    readonly Resources: readonly Record<string, { readonly Properties: Move }>[];
  };
  const [resource] = Resources.flatMap((each) => Object.values(each));
  if (resource === undefined) throw new Error('the AppSpec names no function');
  return resource.Properties;
}
