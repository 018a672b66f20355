import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsClients } from '../../src/aws/clients';
import type { CredentialSource } from '../../src/aws/credentials';
import { stagesFor } from '../../src/cli/policy-file';
import { STACKS } from '../../src/contract';
import { parsePolicy } from '../../src/gates/policy/parse';
import type { Policy } from '../../src/gates/policy/policy';
import type { ResolvedStage } from '../../src/gates/policy/resolve';
import { s3Ledger } from '../../src/ledger/s3-ledger';
import { s3Objects } from '../../src/ledger/s3-objects';
import { buildAssembly } from '../../src/pipeline/assembly-build';
import { installProduction } from '../../src/pipeline/assembly-install';
import type { ProgressEvent } from '../../src/pipeline/events';
import { metricSettings } from '../../src/pipeline/settings';
import { toolVersion } from '../../src/pipeline/tool-version';
import { loadToolchain } from '../../src/pipeline/toolchain';
import { openWorkspace, type Workspace } from '../../src/pipeline/workspace';
import { awsTarget } from '../../src/targets/aws/target';
import type { ReleasePackage, Target } from '../../src/targets/target';
import { askOf, COMMIT } from '../pipeline/delivery-bench';
import { LEDGER_BUCKET, type LocalAccount, REGION, startLocalAccount } from '../support/aws-account/account';
import { repacked } from '../support/aws-account/releases';
import { ROOT, TEST_POLICY } from './command-line';

/** The role of the load generator: a caller without an identity of GitHub names one. */
const LOAD_ROLE = 'arn:aws:iam::123456789012:role/load';
/** AWS's waits of 5 to 20 s become 0.1 to 0.4 s. */
export const FACTOR = 50;
/** As many datapoints as a trend needs, and no more. */
const SHORT_SOAK = { rate: 60, duration: 6_000, rampUp: 1_000, requestTimeout: 2_000 };
const SHORT_SPIKE = {
  baselineRate: 10,
  before: 1_000,
  rampUp: 500,
  rate: 50,
  duration: 2_000,
  rampDown: 500,
  after: 1_000,
  requestTimeout: 2_000,
};

/** One process that works on the account. */
export interface Run {
  readonly target: Target;
  readonly workspace: Workspace;
  readonly said: readonly string[];
  /** What every command of a delivery needs. */
  readonly common: Awaited<ReturnType<typeof commonOf>>;
  close(): Promise<void>;
}

/** A local account, a policy of periods of a second, and releases. */
export interface AwsBench {
  readonly account: LocalAccount;
  readonly stages: readonly ResolvedStage[];
  /** What production serves from the start; a good one; one that errs in production only. */
  readonly releases: Readonly<Record<'first' | 'good' | 'bad', ReleasePackage>>;
  open(credentials?: CredentialSource): Promise<Run>;
  close(): Promise<void>;
}

export async function openAwsBench(): Promise<AwsBench> {
  const directory = await mkdtemp(join(tmpdir(), 'aws-acceptance-'));
  const { policy, digest } = await policyOnAws();
  const [account, releases] = await Promise.all([startLocalAccount({ periodMs: 1_000, factor: FACTOR }), releasesIn(directory)]);
  const before = { ...process.env };
  Object.assign(process.env, account.environment);
  const open: AwsBench['open'] = (credentials) => openRun(account, { policy, digest, directory }, credentials);
  const close = async (): Promise<void> => {
    await account.close();
    process.env = before;
    await rm(directory, { recursive: true, force: true });
  };
  return { account, stages: stagesFor({ ok: true, policy, digest }, 'test', 'aws'), releases, open, close };
}

/** The policy of the test-suite, on AWS: the gates do not know where they are. */
async function policyOnAws(): Promise<{ readonly policy: Policy; readonly digest: string }> {
  const parsed = parsePolicy(await readFile(join(ROOT, TEST_POLICY), 'utf8'), TEST_POLICY, new Date());
  if (!parsed.ok) throw new Error('the policy of the test-suite is not right');
  const { twin } = parsed.policy.targets;
  if (twin === undefined) throw new Error('the policy of the test-suite names no twin');
  // The policy file itself demands whole minutes of AWS.
  const aws = { ...twin, staging: { stack: STACKS.staging }, production: { stack: STACKS.production } };
  const { soak, spike } = parsed.policy.stages;
  const stages = {
    ...(soak === undefined ? {} : { soak: { ...soak, load: { test: SHORT_SOAK }, observeAfter: { test: 1_000 } } }),
    ...(spike === undefined ? {} : { spike: { ...spike, load: { test: SHORT_SPIKE } } }),
  };
  return {
    policy: { ...parsed.policy, targets: { ...parsed.policy.targets, aws }, stages: { ...parsed.policy.stages, ...stages } },
    digest: parsed.digest,
  };
}

async function releasesIn(directory: string): Promise<AwsBench['releases']> {
  const { release } = await buildAssembly({
    root: ROOT,
    entry: 'src/api/handler.ts',
    policy: join(ROOT, '.github', 'gates.yaml'),
    out: join(directory, 'good'),
    toolVersion: toolVersion(ROOT),
    signal: new AbortController().signal,
  });
  // The tree that is tested may hold changes; what is promoted may not.
  const good = { ...release, commit: COMMIT };
  const other = async (entry: string, name: string) => ({ ...(await repacked(ROOT, good, entry, join(directory, name))), commit: COMMIT });
  return {
    good,
    first: await other('test/releases/good/pool-plain.ts', 'first'),
    bad: await other('test/fixtures/releases/bad-in-production.ts', 'bad'),
  };
}

interface Facts {
  readonly policy: Policy;
  readonly digest: string;
  readonly directory: string;
}

async function openRun(account: LocalAccount, facts: Facts, credentials: CredentialSource | undefined): Promise<Run> {
  const aws = facts.policy.targets.aws;
  if (aws === undefined) throw new Error('the policy names no AWS');
  const clients = awsClients({ region: REGION, ...(credentials === undefined ? {} : { credentials }) });
  const said: string[] = [];
  const listener = (text: string): void => void said.push(text);
  const environment = { TIDEGATE_INVOKE_ROLE_ARN: LOAD_ROLE };
  const target = await awsTarget({ clients, policy: aws, listener, clock: account.clock, environment });
  const place = { s3: clients.s3, bucket: LEDGER_BUCKET, prefix: 'ledger/', owner: '123456789012' };
  const opened = await openWorkspace(await mkdtemp(join(facts.directory, 'state-')));
  const objects = s3Objects({ ...place, directory: join(opened.directory, 'objects') });
  const workspace = { ...opened, ledger: s3Ledger(place), objects };
  return {
    target,
    workspace,
    said,
    common: commonOf(facts, { target, workspace, said }),
    close: async () => {
      await target.close();
      await opened.close();
    },
  };
}

function commonOf(
  { policy, digest, directory }: Facts,
  { target, workspace, said }: Pick<Run, 'target' | 'workspace'> & { said: string[] },
) {
  return {
    target,
    workspace,
    policy,
    // Somebody else than its author has approved whatever is promoted here.
    delivery: askOf(),
    policyDigest: digest,
    profile: 'test' as const,
    settings: metricSettings(policy, 'aws'),
    toolVersion: toolVersion(ROOT),
    k6: loadToolchain(ROOT).k6.path,
    root: ROOT,
    directory: join(directory, 'k6'),
    signal: new AbortController().signal,
    listener: (event: ProgressEvent) => void said.push('text' in event ? event.text : event.kind),
  };
}

/** Production and staging with the release that is there before everything. */
export async function install({ target, workspace }: Run, { assembly, ...first }: ReleasePackage): Promise<void> {
  if (assembly === null) throw new Error('a release on AWS has an assembly');
  const installed = await installProduction({ target, workspace }, { ...first, assembly }, 'the account is new');
  if (!installed.ok) throw new Error(installed.message);
}
