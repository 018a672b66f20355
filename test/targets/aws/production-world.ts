import { createHash } from 'node:crypto';
import { type LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { type AwsClients, awsClients } from '../../../src/aws/clients';
import type { CredentialSource } from '../../../src/aws/credentials';
import type { AwsContext } from '../../../src/targets/aws/context';
import type { ReleasePackage } from '../../../src/targets/target';
import { type Replay, startReplay } from '../../support/aws-replay';
import { type Moto, startMoto } from '../../support/moto';
import { ACCOUNT, ALIAS, FUNCTION, installTier, REGION } from './account';
import { type CodeDeployDouble, codeDeployDouble, type MoveAlias } from './code-deploy-double';
import { type StackDouble, stackDouble } from './stack-double';
import { SHIFT } from './stacks';
import { type VirtualClock, virtualClock } from './virtual-clock';

/** Packages of versions 1, 2 and 3. */
const PACKAGES = [1, 2, 3].map((number) => zipSync({ 'index.js': new TextEncoder().encode(`exports.handler = async () => ${number};`) }));
const STARTED = new Date('2026-11-23T02:00:00.000Z');
/** Three periods of a minute. */
const SILENCE_RAISES_MS = 180_000;
const ALARM = SHIFT['CanaryWatchAlarm'] ?? '';

/** Production at 2 a.m.: version 1 of three serves, in moto; CodeDeploy, CloudFormation and an alarm act on it by a clock of their own. */
export interface World extends Pick<StackDouble, 'startUpdate'> {
  readonly context: AwsContext;
  readonly clock: VirtualClock;
  readonly replay: Replay;
  readonly said: readonly string[];
  readonly codeDeploy: CodeDeployDouble;
  readonly stack: StackDouble;
  readonly alarm: AlarmWays;
  /** How often an operation was asked for. */
  asked(operation: string): number;
  close(): Promise<void>;
}

/** What a canary is to be: CodeDeploy's double gives a tenth of the requests for ten minutes. */
export const CANARY = { weight: 0.1, watchMs: 8 * 60_000 };

/** What a test may bend. */
interface AlarmWays {
  /** Whether the alarm sees what is published. */
  sees: boolean;
  /** Whether CodeDeploy looks at it. */
  heeded: boolean;
}

export async function startWorld(moto: Moto, credentials?: CredentialSource): Promise<World> {
  const replay = await startReplay({ services: ['cloudformation', 'codedeploy', 'cloudwatch'] });
  const before = { ...process.env };
  Object.assign(process.env, moto.environment, replay.environment);
  const clients = awsClients({ region: REGION, ...(credentials === undefined ? {} : { credentials }) });
  const hands = awsClients({ region: REGION });
  await moto.reset();
  await installTier({ moto, replay, clients: hands, close: async () => undefined }, PACKAGES);
  const clock = virtualClock(clients, STARTED);
  const codeDeploy = codeDeployDouble(replay, clock, aliasIn(hands.lambda));
  const stack = stackDouble(replay, clock, codeDeploy);
  const said: string[] = [];
  return {
    context: contextOf(clients, clock, said),
    clock,
    replay,
    said,
    codeDeploy,
    stack,
    startUpdate: stack.startUpdate,
    alarm: watchAlarm(replay, clock, codeDeploy),
    asked: (operation) => replay.requests.filter((each) => each.operation === operation).length,
    close: async () => {
      clock.freeze();
      clients.destroy();
      hands.destroy();
      await replay.close();
      process.env = before;
    },
  };
}

function contextOf(clients: AwsClients, clock: VirtualClock, said: string[]): AwsContext {
  return {
    clients,
    policy: { period: 60_000, staging: { stack: 'CheckInStaging' }, production: { stack: 'CheckInProduction' } },
    caller: { account: ACCOUNT, partition: 'aws', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/run` },
    clock,
    say: (text) => said.push(text),
    environment: {},
  };
}

function aliasIn(lambda: LambdaClient): MoveAlias {
  return async (version, other) => {
    const RoutingConfig = { AdditionalVersionWeights: other === undefined ? {} : { [other.version]: other.weight } };
    await lambda.send(new UpdateAliasCommand({ FunctionName: FUNCTION, Name: ALIAS, FunctionVersion: version, RoutingConfig }));
  };
}

/** The dead man's switch. */
function watchAlarm(replay: Replay, clock: VirtualClock, codeDeploy: CodeDeployDouble): AlarmWays {
  const alarm = { sees: true, heeded: true };
  let publishedAt = Number.NEGATIVE_INFINITY;
  const state = (): 'OK' | 'ALARM' => (alarm.sees && clock.now() - publishedAt <= SILENCE_RAISES_MS ? 'OK' : 'ALARM');
  replay.script('cloudwatch', 'PutMetricData', [
    () => {
      publishedAt = clock.now();
      return {};
    },
  ]);
  replay.script('cloudwatch', 'DescribeAlarms', [() => ({ MetricAlarms: [{ AlarmName: ALARM, StateValue: state() }] })]);
  clock.always(() => {
    if (alarm.heeded && state() === 'ALARM') codeDeploy.raise(ALARM);
  });
  return alarm;
}

/** Gives each test of a file a world of its own, and looks afterwards whether AWS would have understood every request. */
export function inWorlds(enter: (world: World) => unknown, leave: () => unknown = () => undefined): void {
  let moto: Moto;
  let world: World;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.close());
  beforeEach(async () => {
    world = await startWorld(moto);
    await enter(world);
  });
  afterEach(async () => {
    await leave();
    await world.close();
    expect(world.replay.problems()).toEqual([]);
  });
}

export function packageOf(number: 1 | 2 | 3): Uint8Array {
  return PACKAGES[number - 1] ?? new Uint8Array();
}

export function releaseOf(number: 1 | 2 | 3): ReleasePackage {
  const digest = `sha256:${String(number).repeat(64)}`;
  return {
    digest,
    packageDigest: `sha256:${createHash('sha256').update(packageOf(number)).digest('hex')}`,
    zipPath: 'unused',
    assembly: { digest, directory: 'unused' },
    entry: 'src/api/handler.ts',
    commit: 'c'.repeat(40),
    environment: {},
  };
}
