import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addDeploy } from '../../src/cli/commands/deploy';
import { directoryLedger } from '../../src/ledger/directory-ledger';
import { directoryObjects } from '../../src/ledger/objects';
import { newEntry } from '../../src/pipeline/production';
import { DeployFailedError, type Target } from '../../src/targets/target';
import { COMMIT, FILES, flipBit, PACKAGE_DIGEST, writeBuild } from '../pipeline/assembly-bench';
import { fakeTarget, OLD } from '../pipeline/fake-target';
import { runCommand } from './command-bench';

const POLICY = resolve(__dirname, '..', '..', '.github', 'gates.yaml');

describe('tidegate deploy', () => {
  let root: string;
  let digest: string;
  let target: Target;
  let opened: number;
  let closed: number;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'deploy-'));
    cpSync(POLICY, join(root, 'gates.yaml'));
    digest = await writeBuild(join(root, 'tidegate-release'));
    const fake = fakeTarget();
    target = { ...fake, name: 'aws', deploy: async (tier, release) => ({ ...(await fake.deploy(tier, release)), tier }) };
    opened = closed = 0;
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const ledger = () => directoryLedger(join(root, 'ledger'));
  const workspace = () => ({
    directory: root,
    ledger: ledger(),
    objects: directoryObjects(join(root, 'objects')),
    close: async () => undefined,
  });
  const close = async () => {
    closed += 1;
  };
  const run = (...args: readonly string[]) =>
    runCommand(root, ['deploy', '--policy', 'gates.yaml', ...args], (program, context, done) =>
      addDeploy(program, context, done, async () => {
        opened += 1;
        return { target, workspace: workspace(), close };
      }),
    );

  test('puts a verified assembly onto staging and says what serves', async () => {
    const ran = await run('--tier', 'staging', '--expect', digest);
    expect(ran).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(`staging serves package ${PACKAGE_DIGEST.slice(7, 19)} of assembly ${digest.slice(7, 19)}`),
    });
    expect([opened, closed]).toEqual([1, 1]);
    expect(JSON.parse((await run('--tier', 'staging', '--json')).stdout)).toMatchObject({
      outcome: 'deployed',
      servingDigest: PACKAGE_DIGEST,
      assemblyDigest: digest,
    });
  });

  test.each([...Object.keys(FILES).map((path) => `assembly/${path}`), 'package.zip'])(
    'with one bit of %s flipped is refused and named; AWS is not even asked',
    async (path) => {
      flipBit(join(root, 'tidegate-release', path));
      const ran = await run('--tier', 'staging');
      expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining(path.replace('assembly/', '')) });
      expect(opened).toBe(0);
    },
  );

  test('of another digest than expected is refused', async () => {
    const ran = await run('--tier', 'staging', '--expect', PACKAGE_DIGEST, '--json');
    expect([ran.code, JSON.parse(ran.stdout).code, opened]).toEqual([1, 'digest-not-expected', 0]);
  });

  test.each([
    [`${COMMIT}+dirty`, /changes that no commit holds/],
    ['none', /outside of a repository/],
  ])('of commit %s is refused', async (commit, words) => {
    await writeBuild(join(root, 'tidegate-release'), FILES, { commit });
    expect(await run('--tier', 'staging')).toMatchObject({ code: 1, stdout: expect.stringMatching(words) });
    expect(opened).toBe(0);
  });

  test('fails when another package serves in the end', async () => {
    const deployed = target.deploy;
    target = { ...target, deploy: async (...args) => ({ ...(await deployed(...args)), servingDigest: OLD }) };
    expect(await run('--tier', 'staging')).toMatchObject({ code: 1, message: expect.stringContaining(`staging serves ${OLD} although`) });
    expect(closed).toBe(1);
  });

  test('fails in AWS’s words when the deployment does', async () => {
    target = { ...target, deploy: () => Promise.reject(new DeployFailedError('First failure: no quota')) };
    expect(await run('--tier', 'staging')).toMatchObject({ code: 1, message: 'Not deployed: First failure: no quota' });
  });

  test('moves no production that serves', async () => {
    await ledger().append(newEntry('aws', { digest: OLD, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
    const ran = await run('--tier', 'production', '--reason', 'in a hurry');
    expect(ran).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^Refused \(production-not-empty\): production moves only by promotion/),
    });
  });

  test.each<[string, readonly string[], RegExp]>([
    ['an unknown tier', ['--tier', 'stagin'], /unknown tier "stagin"; did you mean "staging"/],
    ['production without a reason', ['--tier', 'production'], /--reason/],
    ['a blank reason', ['--tier', 'production', '--reason', ' '], /--reason/],
    ['a reason for staging', ['--tier', 'staging', '--reason', 'x'], /--reason is for an installation/],
    ['a digest that is none', ['--tier', 'staging', '--expect', 'abc'], /--expect abc: expected sha256:/],
  ])('%s is a usage error', async (_what, args, words) => {
    expect(await run(...args)).toMatchObject({ code: 64, message: expect.stringMatching(words) });
  });
});
