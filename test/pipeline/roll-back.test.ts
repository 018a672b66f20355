import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productionOf, revocationOf } from '../../src/ledger/history';
import { digestOfBytes } from '../../src/ledger/objects';
import { ConfigurationError } from '../../src/pipeline/errors';
import { newEntry } from '../../src/pipeline/production';
import { oneStepBack, redeploy, rollBack } from '../../src/pipeline/roll-back';
import { openWorkspace, type Workspace } from '../../src/pipeline/workspace';
import type { Target, Traffic } from '../../src/targets/target';
import { fakeTarget, NEW } from './fake-target';

const PACKAGE = Buffer.from('the old package');
const OLD = digestOfBytes(PACKAGE);
const SERVING = Buffer.from('the package that serves');
const SERVES = digestOfBytes(SERVING);
const NEXT = `sha256:${'e'.repeat(64)}`;

const serving = (digest: string): Target => ({ ...fakeTarget(), traffic: async () => ({ main: digest, whole: true }) });

describe('a rollback', () => {
  let state: string;
  let workspace: Workspace;
  beforeEach(async () => {
    state = mkdtempSync(join(tmpdir(), 'state-'));
    workspace = await openWorkspace(state);
    await workspace.objects.put(PACKAGE);
    await workspace.ledger.append(newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
    await workspace.ledger.append(newEntry('twin', { digest: NEW, commit: 'c1' }, { kind: 'promotion', from: OLD }));
  });
  afterEach(async () => {
    await workspace.close();
    rmSync(state, { recursive: true, force: true });
  });

  const go = (target = fakeTarget()) => rollBack({ target, workspace, to: OLD, who: 'r', reason: 'errors', environment: {} });
  const kinds = async () => (await workspace.ledger.read()).map(({ event }) => event.kind).slice(2);

  test('revokes and holds before the alias moves', async () => {
    expect(await go()).toMatchObject({ kind: 'rolled-back', from: NEW });
    expect(await kinds()).toEqual(['revocation', 'hold', 'rollback']);
  });

  test('that is only rehearsed is refused as a real one is, and leaves no trace', async () => {
    const target = fakeTarget();
    const request = { target, workspace, to: OLD, who: 'r', reason: 'errors', environment: {}, dryRun: true };
    expect(await rollBack(request)).toEqual({ kind: 'would-roll-back', from: NEW, canary: null });
    expect(await rollBack({ ...request, reason: '' })).toMatchObject({ kind: 'refused', decision: { code: 'reason-missing' } });
    expect([await kinds(), target.calls]).toEqual([[], []]);
  });

  test('to what production serves by the ledger stops what moves it, revokes nothing and holds promotion', async () => {
    await workspace.objects.put(PACKAGE);
    const split = { ...fakeTarget(), describe: () => Promise.reject(new Error('split')) };
    const served = (await workspace.ledger.read()).at(-1)?.digest ?? '';
    await workspace.ledger.append(newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'promotion', from: served }));
    expect(await rollBack({ target: split, workspace, to: OLD, who: 'r', reason: 'stop it', environment: {} })).toMatchObject({
      from: null,
    });
    expect((await kinds()).slice(-2)).toEqual(['hold', 'restoration']);
    expect(productionOf(await workspace.ledger.read())?.digest).toBe(OLD);
  });

  /** Production came from OLD to NEW; the canary of NEXT is under way. */
  const beginCanary = () => workspace.ledger.append(newEntry('twin', { digest: NEXT, commit: 'c2' }, { kind: 'canary-begun', from: NEW }));

  test('during a canary ends that, revokes it, and leaves what serves alone', async () => {
    await workspace.objects.put(SERVING);
    await workspace.ledger.append(newEntry('twin', { digest: SERVES, commit: 'c1' }, { kind: 'promotion', from: NEW }));
    await beginCanary();
    const to = await oneStepBack(fakeTarget(), await workspace.ledger.read());
    expect(to).toBe(SERVES);
    const target = fakeTarget();
    const ended = await rollBack({ target, workspace, to: SERVES, who: 'r', reason: 'errors', environment: {} });
    expect(ended).toMatchObject({ kind: 'rolled-back', from: null, canary: NEXT });
    const entries = await workspace.ledger.read();
    expect(entries.slice(-3).map(({ digest, event }) => [digest, event.kind])).toEqual([
      [NEXT, 'revocation'],
      [SERVES, 'hold'],
      [SERVES, 'restoration'],
    ]);
    expect([productionOf(entries)?.digest, revocationOf(entries, SERVES), target.serving()]).toEqual([SERVES, null, SERVES]);
    // Once more is a step further: there is no canary any more.
    expect(await oneStepBack(serving(SERVES), entries)).toBe(NEW);
  });

  test('past what serves, during a canary, revokes both', async () => {
    await beginCanary();
    expect(await go()).toMatchObject({ from: NEW, canary: NEXT });
    const entries = await workspace.ledger.read();
    expect([NEXT, NEW, OLD].map((digest) => revocationOf(entries, digest) !== null)).toEqual([true, true, false]);
  });

  test('goes past a canary that the platform has taken back, and does not revoke it', async () => {
    await beginCanary();
    const target = { ...fakeTarget(), ...serving(NEW) };
    expect(await oneStepBack(target, await workspace.ledger.read())).toBe(OLD);
    const request = { target, workspace, who: 'r', reason: 'errors', environment: {} };
    expect(await rollBack({ ...request, to: OLD })).toMatchObject({ from: NEW, canary: null });
    const entries = await workspace.ledger.read();
    expect([NEXT, NEW].map((digest) => revocationOf(entries, digest) !== null)).toEqual([false, true]);
  });

  test.each<[string, () => Promise<Traffic>]>([
    ['has a share', async () => ({ main: NEW, whole: false })],
    ['may have one, as nobody can say', () => Promise.reject(new Error('throttled'))],
  ])('ends a canary that %s', async (_what, traffic) => {
    await beginCanary();
    const target = { ...fakeTarget(), traffic };
    expect(await oneStepBack(target, await workspace.ledger.read())).toBe(NEW);
    expect(await rollBack({ target, workspace, to: OLD, who: 'r', reason: 'errors', environment: {} })).toMatchObject({ canary: NEXT });
  });

  test('leaves what was promoted before the hold was written', async () => {
    await workspace.objects.put(SERVING);
    await workspace.ledger.append(newEntry('twin', { digest: SERVES, commit: 'c1' }, { kind: 'promotion', from: NEW }));
    await beginCanary();
    const { ledger } = workspace;
    const late: Workspace['ledger'] = {
      read: () => ledger.read(),
      async append(entry, check) {
        if (entry.event.kind === 'hold')
          await ledger.append(newEntry('twin', { digest: NEXT, commit: 'c2' }, { kind: 'promotion', from: SERVES }));
        return ledger.append(entry, check);
      },
    };
    const request = { target: fakeTarget(), workspace: { ...workspace, ledger: late }, who: 'r', reason: 'errors', environment: {} };
    expect(await rollBack({ ...request, to: SERVES })).toMatchObject({ kind: 'rolled-back', from: NEXT, canary: null });
    const entries = await ledger.read();
    expect(entries.at(-1)).toMatchObject({ digest: SERVES, event: { kind: 'rollback', from: NEXT } });
    expect(productionOf(entries)?.digest).toBe(SERVES);
  });

  test.each<[string, Traffic, string]>([
    ['production is at rest', { main: NEW, whole: true }, OLD],
    ['the platform has forgotten (the twin, between commands)', { main: null, whole: true }, OLD],
    ['a canary is under way that nobody wrote down', { main: NEW, whole: false }, NEW],
    ['somebody moved it to a stranger', { main: NEXT, whole: true }, NEW],
    ['a promotion is on record and the alias is on its way', { main: OLD, whole: false }, OLD],
    ['somebody took it back by hand', { main: OLD, whole: true }, OLD],
  ])('goes one step back when %s', async (_what, traffic, to) => {
    const target: Target = { ...fakeTarget(), traffic: async () => traffic };
    expect(await oneStepBack(target, await workspace.ledger.read())).toBe(to);
  });

  test('goes to the version on record', async () => {
    const seen: (string | null)[] = [];
    const target: Target = {
      ...fakeTarget(),
      async restore(_tier, release, version) {
        seen.push(version);
        return { ...(await fakeTarget().describe('production')), servingDigest: release.packageDigest };
      },
    };
    await go(target as ReturnType<typeof fakeTarget>);
    await workspace.ledger.append(newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'promotion', from: NEW, version: '7' }));
    await workspace.ledger.append(
      newEntry('twin', { digest: `sha256:${'c'.repeat(64)}`, commit: 'c2' }, { kind: 'promotion', from: OLD, version: '8' }),
    );
    await go(target as ReturnType<typeof fakeTarget>);
    expect(seen).toEqual([null, '7']);
  });

  test('can be followed by what brings the infrastructure to the release that serves', async () => {
    await go();
    const seen: string[] = [];
    const target: Target = {
      ...fakeTarget(),
      async redeploy(tier, release) {
        seen.push(release.packageDigest);
        return fakeTarget().describe(tier);
      },
    };
    expect(await redeploy({ target, workspace, who: 'r', reason: 'follow', environment: {} })).toMatchObject({ digest: OLD });
    expect(seen).toEqual([OLD]);
    expect(await kinds()).toEqual(['revocation', 'hold', 'rollback', 'redeployment']);
    expect(productionOf(await workspace.ledger.read())?.digest).toBe(OLD);
    const broken: Target = { ...fakeTarget(), redeploy: () => Promise.reject(new Error('taken back')) };
    await expect(redeploy({ target: broken, workspace, who: 'r', reason: 'follow', environment: {} })).rejects.toThrow('taken back');
    expect(await kinds()).toHaveLength(4);
  });

  test('that breaks off leaves what is known to be bad revoked and promotion held', async () => {
    const broken = { ...fakeTarget(), restore: () => Promise.reject(new Error('no capacity')) };
    await expect(go(broken)).rejects.toThrow('no capacity');
    expect(await kinds()).toEqual(['revocation', 'hold']);
  });

  test('to a package that was altered since is refused before anything is written', async () => {
    writeFileSync(await workspace.objects.path(OLD), 'another package');
    await expect(go()).rejects.toThrow(/was altered/);
    expect(await kinds()).toEqual([]);
  });
});

describe('a state directory', () => {
  let state: string;
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'state-'));
  });
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  test('is for one run at a time, and free again after it', async () => {
    // One of us by its command line.
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)', 'tidegate']);
    try {
      await once(other, 'spawn');
      writeFileSync(join(state, 'run.lock'), `${other.pid}\n`);
      const refused = openWorkspace(state);
      await expect(refused).rejects.toThrow(ConfigurationError);
      await expect(refused).rejects.toThrow(`another run (process ${other.pid})`);
    } finally {
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
    rmSync(join(state, 'run.lock'));
    const workspace = await openWorkspace(state);
    await workspace.close();
    expect(await readdir(state)).toEqual([]);
  });

  test('is taken over from a run that was killed', async () => {
    writeFileSync(join(state, 'run.lock'), '2147483646\n');
    const workspace = await openWorkspace(state);
    await workspace.close();
  });

  test('that is a file is a usage error', async () => {
    writeFileSync(join(state, 'file'), '');
    await expect(openWorkspace(join(state, 'file'))).rejects.toThrow(/cannot be used as state directory/);
  });
});
