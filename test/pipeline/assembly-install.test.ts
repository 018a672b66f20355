import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsError } from '../../src/aws/failure';
import { directoryLedger } from '../../src/ledger/directory-ledger';
import { productionOf } from '../../src/ledger/history';
import { directoryObjects } from '../../src/ledger/objects';
import { openAssembly } from '../../src/pipeline/assembly';
import { type AssemblyRelease, installProduction } from '../../src/pipeline/assembly-install';
import { newEntry } from '../../src/pipeline/production';
import type { Target, TierDescription } from '../../src/targets/target';
import { PACKAGE_DIGEST, writeBuild } from './assembly-bench';
import { fakeTarget, OLD } from './fake-target';

describe('an installation of production', () => {
  let directory: string;
  let release: AssemblyRelease;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'install-'));
    await writeBuild(join(directory, 'out'));
    const opened = await openAssembly(join(directory, 'out'));
    if (!opened.ok) throw new Error(opened.message);
    release = opened.release;
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const workspace = () => ({ ledger: directoryLedger(join(directory, 'ledger')), objects: directoryObjects(join(directory, 'objects')) });
  const kinds = async () => (await workspace().ledger.read()).map(({ event }) => event.kind);

  /** An account whose production is empty until something is deployed, or serves `serving`. */
  function account(serving: Partial<TierDescription> | null): Target & { readonly deployed: () => number } {
    const target = fakeTarget();
    let now = serving;
    let deployed = 0;
    return {
      ...target,
      name: 'aws',
      deployed: () => deployed,
      async describe(tier) {
        if (now === null) throw new AwsError('not-found', 'There is no stack CheckInProduction.');
        return { ...(await target.describe(tier)), ...now };
      },
      async deploy(tier, what) {
        deployed += 1;
        now = { servingDigest: what.packageDigest, assemblyDigest: what.digest };
        return { ...(await target.describe(tier)), ...now };
      },
    };
  }
  const install = (target: Target) => installProduction({ target, workspace: workspace() }, release, 'the first');

  test('of an empty account is deployed, kept and recorded', async () => {
    expect(await install(account(null))).toMatchObject({ ok: true, description: { servingDigest: PACKAGE_DIGEST } });
    expect(await kinds()).toEqual(['built', 'installation']);
    expect(productionOf(await workspace().ledger.read())).toMatchObject({ digest: release.digest, packageDigest: PACKAGE_DIGEST });
  });

  test('is refused once the ledger knows a production, even if the account is empty', async () => {
    await workspace().ledger.append(newEntry('aws', { digest: OLD, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
    const target = account(null);
    expect(await install(target)).toMatchObject({
      ok: false,
      code: 'production-not-empty',
      message: expect.stringMatching(/moves only by promotion/),
    });
    expect(target.deployed()).toBe(0);
    expect(await kinds()).toEqual(['installation']);
  });

  test('is refused when production serves what the ledger does not know', async () => {
    const target = account({ servingDigest: OLD, assemblyDigest: null });
    expect(await install(target)).toMatchObject({ ok: false, code: 'production-not-empty', message: expect.stringContaining(OLD) });
    expect([target.deployed(), await kinds()]).toEqual([0, []]);
  });

  test('that broke off before it was recorded is recorded the next time, and not deployed again', async () => {
    const target = account({ servingDigest: PACKAGE_DIGEST, assemblyDigest: release.digest });
    expect(await install(target)).toMatchObject({ ok: true });
    expect([target.deployed(), await kinds()]).toEqual([0, ['built', 'installation']]);
  });

  test('of a digest that was revoked is refused', async () => {
    await workspace().ledger.append(newEntry('aws', release, { kind: 'revocation', who: 'r', reason: 'leaks' }));
    expect(await install(account(null))).toMatchObject({ ok: false, code: 'digest-revoked', message: expect.stringContaining('leaks') });
  });

  test('that AWS does not make leaves no production in the ledger', async () => {
    const target = { ...account(null), deploy: () => Promise.reject(new AwsError('rejected', 'no quota')) };
    await expect(install(target)).rejects.toThrow('no quota');
    expect(productionOf(await workspace().ledger.read())).toBeNull();
  });

  test('is not begun when production cannot be asked', async () => {
    const target = { ...account(null), describe: () => Promise.reject(new AwsError('forbidden', 'no right')) };
    await expect(install(target)).rejects.toThrow('no right');
    expect(await kinds()).toEqual([]);
  });
});
