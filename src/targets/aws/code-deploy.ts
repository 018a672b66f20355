import { createHash } from 'node:crypto';
import {
  type CodeDeployClient,
  CreateDeploymentCommand,
  type DeploymentInfo,
  type DeploymentStatus,
  GetDeploymentCommand,
  GetDeploymentConfigCommand,
  paginateListDeployments,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { AwsError, attempt } from '../../aws/failure';

/** What CodeDeploy calls a group: it deploys one thing at a time to one alias. */
export interface DeploymentGroup {
  readonly deploymentApplication: string;
  readonly deploymentGroup: string;
}

export interface Deployment {
  readonly id: string;
  /** `ended` without success: the alias is as the rollback left it. */
  readonly state: 'in-progress' | 'succeeded' | 'ended';
  /** Made by CodeDeploy itself to take another one back. */
  readonly isRollback: boolean;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly configuration: string | null;
  /** In CodeDeploy's words, the names of raised alarms among them. */
  readonly why: string;
}

export interface AliasMove {
  readonly functionName: string;
  readonly alias: string;
  /** Must be what the alias points to: CodeDeploy refuses anything else. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

const IN_PROGRESS: readonly DeploymentStatus[] = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];
/** Older ones have ended or are in progress: of those that are neither, only new ones are asked for. */
const RECENT_MS = 60 * 60_000;
const LONGEST_DESCRIPTION = 100;

export async function readDeployment(codeDeploy: CodeDeployClient, id: string): Promise<Deployment> {
  const { deploymentInfo: found } = await attempt(`read the deployment ${id} of CodeDeploy`, () =>
    codeDeploy.send(new GetDeploymentCommand({ deploymentId: id })),
  );
  if (found?.status === undefined) throw new AwsError('transient', `CodeDeploy told nothing of its deployment ${id}.`);
  return {
    id,
    state: IN_PROGRESS.includes(found.status) ? 'in-progress' : found.status === 'Succeeded' ? 'succeeded' : 'ended',
    isRollback: found.creator === 'codeDeployRollback' || found.rollbackInfo?.rollbackTriggeringDeploymentId !== undefined,
    createdAt: found.createTime?.getTime() ?? 0,
    configuration: found.deploymentConfigName ?? null,
    why: whyOf(found),
  };
}

function whyOf({ status, errorInformation: error, rollbackInfo: rollback }: DeploymentInfo): string {
  const said = [error?.code, error?.message, rollback?.rollbackMessage].filter((part) => part !== undefined && part !== '');
  return [status, ...said].join(': ');
}

/** Ids of a group's deployments of the last hour, whatever became of them. */
export function recentDeployments(codeDeploy: CodeDeployClient, group: DeploymentGroup, now: number): Promise<readonly string[]> {
  return list(codeDeploy, group, { createTimeRange: { start: new Date(now - RECENT_MS) } });
}

/** Ids of a group's deployments that have not ended. */
export function deploymentsInProgress(codeDeploy: CodeDeployClient, group: DeploymentGroup): Promise<readonly string[]> {
  return list(codeDeploy, group, { includeOnlyStatuses: [...IN_PROGRESS] });
}

type Which = { readonly createTimeRange: { readonly start: Date } } | { readonly includeOnlyStatuses: DeploymentStatus[] };

function list(codeDeploy: CodeDeployClient, group: DeploymentGroup, which: Which): Promise<readonly string[]> {
  const { deploymentApplication: applicationName, deploymentGroup: deploymentGroupName } = group;
  return attempt(`list the deployments of CodeDeploy's group ${deploymentGroupName}`, async () => {
    const ids: string[] = [];
    for await (const page of paginateListDeployments({ client: codeDeploy }, { applicationName, deploymentGroupName, ...which })) {
      ids.push(...(page.deployments ?? []));
    }
    return ids;
  });
}

/** Asks CodeDeploy to stop and to take back what it moved. One that has ended already is left as it is. */
export async function stopWithRollback(codeDeploy: CodeDeployClient, id: string): Promise<void> {
  await attempt(`stop the deployment ${id} of CodeDeploy`, async () => {
    try {
      await codeDeploy.send(new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: true }));
    } catch (cause) {
      if (!(cause instanceof Error && cause.name === 'DeploymentAlreadyCompletedException')) throw cause;
    }
  });
}

/**
 * Moves an alias at once, whatever its alarms say: this is the way back.
 * @returns the deployment's id
 */
export async function moveAtOnce(codeDeploy: CodeDeployClient, group: DeploymentGroup, move: AliasMove): Promise<string> {
  const content = appSpec(move);
  const { deploymentId } = await attempt(`have CodeDeploy move the alias ${move.alias} to version ${move.to}`, () =>
    codeDeploy.send(
      new CreateDeploymentCommand({
        applicationName: group.deploymentApplication,
        deploymentGroupName: group.deploymentGroup,
        deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
        description: move.reason.slice(0, LONGEST_DESCRIPTION),
        revision: {
          revisionType: 'AppSpecContent',
          appSpecContent: { content, sha256: createHash('sha256').update(content).digest('hex') },
        },
        overrideAlarmConfiguration: { enabled: false, alarms: [] },
        // Its rollback would be to the version that is being left.
        autoRollbackConfiguration: { enabled: false },
      }),
    ),
  );
  if (deploymentId === undefined) throw new AwsError('transient', 'CodeDeploy gave its new deployment no id.');
  return deploymentId;
}

function appSpec({ functionName, alias, from, to }: AliasMove): string {
  const properties = { Name: functionName, Alias: alias, CurrentVersion: from, TargetVersion: to };
  return JSON.stringify({ version: '0.0', Resources: [{ production: { Type: 'AWS::Lambda::Function', Properties: properties } }] });
}

/** How long a deployment with a configuration keeps an alias split before it moves all of it: milliseconds. */
export async function bakeOf(codeDeploy: CodeDeployClient, configuration: string | null): Promise<number> {
  if (configuration === null) return 0;
  const { deploymentConfigInfo: found } = await attempt(`read the deployment configuration ${configuration}`, () =>
    codeDeploy.send(new GetDeploymentConfigCommand({ deploymentConfigName: configuration })),
  );
  const { timeBasedCanary: canary, timeBasedLinear: linear } = found?.trafficRoutingConfig ?? {};
  if (canary !== undefined) return (canary.canaryInterval ?? 0) * 60_000;
  const steps = Math.ceil(100 / (linear?.linearPercentage ?? 100)) - 1;
  return steps * (linear?.linearInterval ?? 0) * 60_000;
}
