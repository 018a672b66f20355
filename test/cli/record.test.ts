import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addRecord } from '../../src/cli/commands/record';
import { evaluate } from '../../src/gates/evaluate';
import type { Evidence } from '../../src/gates/evidence-schema';
import { directoryLedger } from '../../src/ledger/directory-ledger';
import { builtOf, latestReport } from '../../src/ledger/history';
import { digestOfBytes, directoryObjects } from '../../src/ledger/objects';
import { recordRun } from '../../src/pipeline/judge-run';
import { newEntry } from '../../src/pipeline/production';
import { buildEvidence, policyOf } from '../gates/builders';
import { COMMIT, FILES, flipBit, PACKAGE_DIGEST, writeBuild } from '../pipeline/assembly-bench';
import { runCommand } from './command-bench';

const POLICY = resolve(__dirname, '..', '..', '.github', 'gates.yaml');

describe('tidegate record', () => {
  let root: string;
  let digest: string;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'record-'));
    cpSync(POLICY, join(root, 'gates.yaml'));
    writeFileSync(join(root, 'package.json'), '{ "version": "0.1.0" }');
    digest = await writeBuild(join(root, 'tidegate-release'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const entries = () => directoryLedger(join(root, 'ledger')).read();
  const measured = (
    more: Partial<Evidence['release']> = {},
    run = buildEvidence({ target: 'aws', profile: 'standard', periodMs: 60_000 }),
  ) => {
    const release = { ...run.release, commit: COMMIT, digest, packageDigest: PACKAGE_DIGEST, assemblyDigest: digest, ...more };
    writeFileSync(join(root, 'evidence.json'), JSON.stringify({ ...run, release }));
  };
  const spoiled = async (change: () => unknown) => {
    measured();
    await change();
  };
  const record = (...more: readonly string[]) =>
    runCommand(root, ['record', '--policy', 'gates.yaml', '--evidence', 'evidence.json', '--json', ...more], (program, context, done) =>
      addRecord(program, context, done, async () => ({
        workspace: {
          directory: root,
          ledger: directoryLedger(join(root, 'ledger')),
          objects: directoryObjects(join(root, 'objects')),
          close: async () => undefined,
        },
        close: async () => undefined,
      })),
    );

  test('writes the assembly, the evidence and what follows from it', async () => {
    measured();
    const { code, stdout } = await record();
    expect({ code, outcome: JSON.parse(stdout) }).toMatchObject({ code: 0, outcome: { outcome: 'recorded', digest, verdict: 'passed' } });
    expect((await entries()).map(({ event }) => event.kind)).toEqual(['built', 'evidence', 'gate-report']);
    expect(builtOf(await entries(), digest)).toMatchObject({ packageDigest: PACKAGE_DIGEST });
  });

  test('takes only the evidence that it is told to expect', async () => {
    measured();
    const digest = digestOfBytes(readFileSync(join(root, 'evidence.json')));
    expect(await record('--expect-evidence', PACKAGE_DIGEST)).toMatchObject({
      code: 1,
      message: expect.stringMatching(/^Refused \(evidence-not-expected\): evidence\.json is sha256:/),
    });
    expect(await record('--expect-evidence', 'sha256:1')).toMatchObject({ code: 64 });
    expect(await entries()).toEqual([]);
    expect(await record('--expect-evidence', digest)).toMatchObject({ code: 0 });
  });

  test('judges again: a failure is on record as one, whatever anybody says of it', async () => {
    measured({}, buildEvidence({ target: 'aws', profile: 'standard', periodMs: 60_000, all: { leakPerSecond: 60 } }));
    expect(JSON.parse((await record()).stdout)).toMatchObject({ verdict: 'failed' });
    expect(latestReport(await entries(), digest)).toMatchObject({ verdict: 'failed' });
  });

  test('judges against the release that the ledger says was promoted last', async () => {
    const { policy, digest: policyDigest } = policyOf();
    const run = buildEvidence({ target: 'aws', profile: 'standard', periodMs: 60_000 });
    const ledger = directoryLedger(join(root, 'ledger'));
    const workspace = { directory: root, ledger, objects: directoryObjects(join(root, 'objects')), close: async () => undefined };
    await recordRun(workspace, { evidence: run, report: evaluate({ evidence: run, policy, policyDigest, toolVersion: '0' }) });
    await ledger.append(newEntry('aws', run.release, { kind: 'promotion', from: null }));
    measured();
    expect(await record()).toMatchObject({ code: 0 });
    expect(latestReport(await entries(), digest)?.baseline).toMatchObject({ release: { digest: run.release.digest } });
  });

  test.each<[string, () => unknown, number, RegExp]>([
    ['evidence of another assembly', () => measured({ digest: PACKAGE_DIGEST }), 64, /give the one that was measured/],
    ['evidence of another commit', () => measured({ commit: 'f'.repeat(40) }), 64, /give the one that was measured/],
    ["the twin's evidence", () => measured({}, buildEvidence()), 64, /made on the target twin/],
    [
      'an assembly that was altered',
      () => spoiled(() => flipBit(join(root, 'tidegate-release', 'package.zip'))),
      1,
      /^Refused \(package-differs\)/,
    ],
    [
      'a dirty tree',
      () => spoiled(() => writeBuild(join(root, 'tidegate-release'), FILES, { commit: `${COMMIT}+dirty` })),
      1,
      /^Refused \(not-committed\)/,
    ],
    ['no build', () => spoiled(() => rmSync(join(root, 'tidegate-release'), { recursive: true })), 1, /^Refused \(manifest-unreadable\)/],
  ])('refuses %s, and writes nothing', async (_what, prepare, code, words) => {
    await prepare();
    expect(await record()).toMatchObject({ code, message: expect.stringMatching(words) });
    expect(await entries()).toEqual([]);
  });
});
