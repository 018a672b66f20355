import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { DELIVERY_OUTPUTS, SHIFT_OUTPUTS, STACKS, TIER_OUTPUTS } from '../../../src/contract';
import { TIERS, type Tier } from '../../../src/gates/vocabulary';
import { loadToolchain } from '../../../src/pipeline/toolchain';
import { startTwin, type Twin } from '../../../src/twin/twin';
import { type CodeDeployDouble, codeDeployDouble } from '../../targets/aws/code-deploy-double';
import { type Replay, startReplay } from '../aws-replay';
import { type Moto, startMoto } from '../moto';
import { cloudFormationDouble, type ManagedStack } from './cloudformation';
import { type FrontDoor, startFrontDoor } from './front-door';
import { type Hands, handsOn } from './hands';
import { type Lapse, lapse } from './lapse';
import { stackOperations } from './operations';
import { whatDoctorAsks } from './quotas';
import { type InvokeSessions, invokeSessions } from './sessions';
import { newStack } from './stack';
import { type LocalTier, localTier } from './tier';
import { WATCH_ALARM, watchAlarm } from './watch-alarm';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const LEDGER_BUCKET = 'check-in-ledger';
const ASSETS_BUCKET = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
const ROOT = resolve(__dirname, '..', '..', '..');

/**
 * An AWS account on this machine. moto answers for Lambda, ElastiCache, S3, SSM and STS; a replay that checks every message
 * against AWS's own models answers for CloudFormation, CodeDeploy and alarms, and acts; the twin serves, and counts in CloudWatch.
 */
export interface LocalAccount {
  /** What makes the SDK's clients, or a process, talk to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly twin: Twin;
  readonly replay: Replay;
  readonly clock: Lapse;
  readonly codeDeploy: CodeDeployDouble;
  readonly stacks: Readonly<Record<Tier, ManagedStack>>;
  readonly doors: Readonly<Record<Tier, FrontDoor>>;
  readonly sessions: InvokeSessions;
  /** ARN of what a client of a tier's API may invoke. */
  readonly invokes: (tier: Tier) => string;
  readonly hands: Hands;
  /** What did not fit AWS's models, and what broke. */
  problems(): readonly string[];
  close(): Promise<void>;
}

export interface LocalAccountOptions {
  readonly periodMs: number;
  /** How many times as fast as AWS its own waits are. */
  readonly factor: number;
}

/** @throws when one of its servers does not start; the others are ended then */
export async function startLocalAccount({ periodMs, factor }: LocalAccountOptions): Promise<LocalAccount> {
  const closers: (() => Promise<unknown> | unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.reverse().splice(0)) await end();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-account-'));
    closers.push(() => rm(directory, { recursive: true, force: true }));
    const [moto, replay, twin] = await Promise.all([
      started(startMoto(), closers),
      started(startReplay({ services: ['cloudformation', 'codedeploy', 'cloudwatch', 'lambda', 'sts', 'service-quotas'] }), closers),
      startTwin({ directory, ...programs(), periodMs, start: 'lazy' }),
    ]);
    closers.push(() => twin.stop());
    return { ...(await furnished({ moto, replay, twin, directory, factor }, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function started<T extends Moto | Replay>(starting: Promise<T>, closers: (() => unknown)[]): Promise<T> {
  const server = await starting;
  closers.push(() => server.close());
  return server;
}

function programs(): { readonly valkeyServer: string; readonly node: string } {
  const { valkeyServer, node } = loadToolchain(ROOT);
  return { valkeyServer: valkeyServer.path, node: node.path };
}

interface Servers {
  readonly moto: Moto;
  readonly replay: Replay;
  readonly twin: Twin;
  readonly directory: string;
  readonly factor: number;
}

async function furnished(servers: Servers, closers: (() => unknown)[]): Promise<Omit<LocalAccount, 'close'>> {
  const { moto, replay, twin, directory, factor } = servers;
  for (const service of ['lambda', 'sts', 'service-quotas'] as const) replay.forward(service, moto.url);
  replay.forward('cloudwatch', twin.cloudWatchUrl);
  const clock = lapse(factor);
  closers.push(() => clock.stop());
  const hands = handsOn(moto.url, REGION);
  closers.push(() => hands.destroy());
  await furnish(hands);
  const role = await moto.createRole('function');
  const sessions = invokeSessions(REGION);
  replay.script('sts', 'AssumeRole', [sessions.assumeRole]);
  const invokes = (tier: Tier): string => `arn:aws:execute-api:${REGION}:${ACCOUNT}:tidegate${tier}/$default/*`;
  const made = async (tier: Tier) => {
    const local = localTier({ twin: twin.tiers[tier], hands, role, directory });
    closers.push(() => local.close());
    const door = await startFrontDoor({ sessions, resource: invokes(tier), gateway: () => twin.tiers[tier].apiUrl });
    closers.push(() => door.close());
    return { local, door };
  };
  const [staging, production] = [await made('staging'), await made('production')];
  const codeDeploy = codeDeployDouble(replay, clock, production.local.moveAlias);
  const managed = ({ local, door }: typeof staging, group: CodeDeployDouble | null): ManagedStack => {
    const stack = newStack(STACKS[local.name], ACCOUNT, REGION);
    return {
      stack,
      operations: stackOperations({ stack, tier: local, codeDeploy: group, clock }),
      outputs: () => outputsOf(local, door.url, stack.template?.authorization ?? 'AWS_IAM'),
      versionArn: (version) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${local.functionName}:${version}`,
    };
  };
  const stacks = { staging: managed(staging, null), production: managed(production, codeDeploy) };
  cloudFormationDouble(replay, hands.s3, [...TIERS.map((tier) => stacks[tier]), delivery()]);
  watchAlarm(replay, clock, factor, codeDeploy);
  whatDoctorAsks(replay, WATCH_ALARM);
  return {
    environment: { ...moto.environment, ...replay.environment },
    twin,
    replay,
    clock,
    codeDeploy,
    stacks,
    doors: { staging: staging.door, production: production.door },
    sessions,
    invokes,
    hands,
    problems: () => [...replay.problems(), ...clock.faults()],
  };
}

async function furnish({ s3, ssm }: Hands): Promise<void> {
  for (const Bucket of [ASSETS_BUCKET, LEDGER_BUCKET]) {
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  }
  await s3.send(new PutBucketVersioningCommand({ Bucket: LEDGER_BUCKET, VersioningConfiguration: { Status: 'Enabled' } }));
  await ssm.send(new PutParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version', Value: '30', Type: 'String' }));
}

function outputsOf({ name, functionName, alias, replicationGroupId }: LocalTier, apiUrl: string, authorization: string) {
  const tier = {
    [TIER_OUTPUTS.apiUrl]: apiUrl,
    [TIER_OUTPUTS.apiId]: `tidegate${name}`,
    [TIER_OUTPUTS.apiStage]: '$default',
    [TIER_OUTPUTS.apiAuthorization]: authorization,
    [TIER_OUTPUTS.functionName]: functionName,
    [TIER_OUTPUTS.alias]: alias,
    [TIER_OUTPUTS.replicationGroupId]: replicationGroupId,
  };
  if (name === 'staging') return tier;
  const group = { [SHIFT_OUTPUTS.deploymentApplication]: 'tidegate-production', [SHIFT_OUTPUTS.deploymentGroup]: 'tidegate-production' };
  return { ...tier, ...group, [SHIFT_OUTPUTS.watchAlarm]: WATCH_ALARM };
}

/** An administrator's: here from the start, and never changed. */
function delivery(): ManagedStack {
  const stack = newStack(STACKS.delivery, ACCOUNT, REGION);
  stack.status = 'CREATE_COMPLETE';
  const refuse = (): never => {
    throw new Error('nobody changes the delivery stack');
  };
  return {
    stack,
    operations: { failing: null, begin: refuse, cancel: refuse },
    outputs: () => ({ [DELIVERY_OUTPUTS.ledgerBucket]: LEDGER_BUCKET }),
    versionArn: refuse,
  };
}
