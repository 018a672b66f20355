import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcomeOutputs, outputsOf, writeCommitOutputs, writeOutcomeOutputs, writeReportOutputs } from '../../src/cli/action-outputs';
import { actorOf, deciderOf } from '../../src/cli/actor';
import { canonicalJson } from '../../src/gates/canonical';
import { digestOfBytes } from '../../src/ledger/objects';
import { buildEvidence } from '../gates/builders';
import { judge } from '../gates/helpers';

const failed = judge({ all: { leakPerSecond: 60 } });

describe('what a step puts out', () => {
  test('of a report, by names that later jobs read', () => {
    const outputs = outputsOf(failed, 'tidegate-report');
    expect(outputs).toMatchObject({
      verdict: 'failed',
      'reason-code': failed.reason,
      'report-path': 'tidegate-report',
      digest: failed.release.digest,
      'package-digest': failed.release.packageDigest,
      'promotion-state': 'not-asked',
    });
    const result = outputs['result'] ?? '';
    expect(result).not.toContain('\n');
    expect(JSON.parse(result)).toMatchObject({
      schemaVersion: 1,
      target: 'twin',
      profile: 'quick',
      verdict: 'failed',
      digest: failed.release.digest,
      commit: failed.release.commit,
      promotion: { state: 'not-asked' },
      gates: expect.arrayContaining([
        expect.objectContaining({ id: 'redis-connection-leak', stage: 'soak', mode: 'enforce', verdict: 'failed' }),
      ]),
    });
  });

  test('of evidence, the digest of the very bytes that are written', () => {
    const bytes = Buffer.from(canonicalJson(buildEvidence()));
    expect(outputsOf(judge(), null)['evidence-digest']).toBe(digestOfBytes(bytes));
  });

  test('of a command without a report, its outcome and the digests that it names', () => {
    const outcome = { outcome: 'built', digest: failed.release.digest, packageDigest: failed.release.packageDigest };
    expect(outcomeOutputs(outcome)).toEqual({
      digest: failed.release.digest,
      'package-digest': failed.release.packageDigest,
      result: JSON.stringify({ schemaVersion: 1, ...outcome }),
    });
    expect(outcomeOutputs({ outcome: 'refused', code: 'never-promoted' })).toMatchObject({ 'reason-code': 'never-promoted' });
  });
});

test('is written where GitHub Actions says, and nowhere else', () => {
  const directory = mkdtempSync(join(tmpdir(), 'outputs-'));
  const path = join(directory, 'output');
  writeReportOutputs(failed, 'out', {});
  writeOutcomeOutputs({ outcome: 'built' }, { GITHUB_OUTPUT: '' });
  writeReportOutputs(failed, 'out', { GITHUB_OUTPUT: path });
  const written = readFileSync(path, 'utf8');
  rmSync(directory, { recursive: true });
  expect(written).toMatch(/^verdict<<(\S+)\nfailed\n\1\n/);
  expect(written).toMatch(/\nresult<<(\S+)\n\{"schemaVersion":1,.*\}\n\1\n/);
});

test('of a promotion, the commits that it is about, as far as there are any', () => {
  const directory = mkdtempSync(join(tmpdir(), 'outputs-'));
  const path = join(directory, 'output');
  const [candidate, production] = ['c'.repeat(40), 'd'.repeat(40)];
  writeCommitOutputs(candidate, production, {});
  writeCommitOutputs(candidate, production, { GITHUB_OUTPUT: path });
  expect(readFileSync(path, 'utf8')).toMatch(
    new RegExp(`^commit<<(\\S+)\n${candidate}\n\\1\nproduction-commit<<(\\S+)\n${production}\n\\2\n$`),
  );
  rmSync(path);
  writeCommitOutputs(`${candidate}+dirty`, null, { GITHUB_OUTPUT: path });
  writeCommitOutputs(candidate, 'none', { GITHUB_OUTPUT: path });
  const written = readFileSync(path, 'utf8');
  rmSync(directory, { recursive: true });
  expect(written.match(/<</g)).toHaveLength(1);
  expect(written).toContain(`\n${candidate}\n`);
});

describe('who decides', () => {
  const actions = { GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'octo-author', GITHUB_TRIGGERING_ACTOR: 'octo-manager' };

  test('inside GitHub Actions is who began this attempt, whatever the command line says', () => {
    expect(actorOf(actions)).toBe('octo-manager');
    expect(actorOf({ ...actions, GITHUB_TRIGGERING_ACTOR: '' })).toBe('octo-author');
    expect([deciderOf(undefined, actions), deciderOf('octo-manager', actions)]).toEqual(['octo-manager', 'octo-manager']);
    expect(() => deciderOf('octo-reviewer', actions)).toThrow('inside GitHub Actions it is octo-manager');
  });

  test('elsewhere is who is named, and somebody in any case', () => {
    expect(actorOf({ ...actions, GITHUB_ACTIONS: '' })).toBeNull();
    expect(deciderOf('octo-reviewer', {})).toBe('octo-reviewer');
    expect(deciderOf(undefined, {})).not.toBe('');
    expect(() => deciderOf(' ', {})).toThrow('must say something');
  });
});
