import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addOverride } from '../../src/cli/commands/override';
import type { GateReport } from '../../src/gates/report-schema';
import { aboutReport, openGates } from '../../src/pipeline/override-guard';
import { newEntry } from '../../src/pipeline/production';
import { openWorkspace } from '../../src/pipeline/workspace';
import { policyText } from '../gates/builders';
import { judge, swap } from '../gates/helpers';
import { runCommand } from './command-bench';

const failed: GateReport = judge({ all: { leakPerSecond: 60 } });
const REASON = 'the generator of the load is known to be broken';
const INCIDENT = 'https://example.com/incidents/7';

describe('tidegate override', () => {
  let root: string;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'override-'));
    writeFileSync(
      join(root, 'gates.yaml'),
      swap('approverMayBeAuthor: false', 'approverMayBeAuthor: false, approvers: [octo-manager]')(policyText()),
    );
    const workspace = await openWorkspace(root);
    await workspace.ledger.append(newEntry('twin', failed.release, { kind: 'gate-report', report: failed }));
    await workspace.close();
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const override = (change: Readonly<Record<string, string>> = {}, ...flags: readonly string[]) => {
    const options = {
      digest: failed.release.digest,
      gates: openGates(failed).join(', '),
      reason: REASON,
      incident: INCIDENT,
      who: 'octo-manager',
      policy: 'gates.yaml',
      ...change,
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    return runCommand(root, ['override', ...args, '--json', ...flags], addOverride);
  };
  const recorded = async () => {
    const workspace = await openWorkspace(root);
    const entries = await workspace.ledger.read();
    await workspace.close();
    return entries.flatMap(({ event }) => (event.kind === 'override' ? [event.override] : []));
  };

  test('writes down who set what aside, why, and for eight hours', async () => {
    const { code, stdout } = await override();
    expect({ code, outcome: JSON.parse(stdout) }).toMatchObject({ code: 0, outcome: { outcome: 'overridden', who: 'octo-manager' } });
    const [found] = await recorded();
    expect(found).toMatchObject({
      who: 'octo-manager',
      reason: REASON,
      incident: INCIDENT,
      gates: openGates(failed),
      ...aboutReport(failed),
    });
    expect(Date.parse(found?.expires ?? '') - Date.parse(found?.when ?? '')).toBe(8 * 3600 * 1000);
  });

  test('is open although a gate was to observe until yesterday, and not without its approvers', async () => {
    const shipped = readFileSync(join(root, 'gates.yaml'), 'utf8');
    const expired = swap('{ id: smoke-client-checks,', '{ id: smoke-client-checks, mode: observe, until: 2020-01-01,')(shipped);
    writeFileSync(join(root, 'gates.yaml'), expired);
    expect(await override()).toMatchObject({ code: 0, stderr: expect.stringContaining('was to observe until 2020-01-01') });
    writeFileSync(join(root, 'gates.yaml'), swap('[octo-manager]', 'octo-manager')(shipped));
    expect(await override()).toMatchObject({ code: 64, message: expect.stringMatching(/only `promotion\.approvers`; --policy FILE/) });
  });

  test('only says so in a dry run', async () => {
    expect(JSON.parse((await override({}, '--dry-run')).stdout)).toMatchObject({ outcome: 'would-override' });
    expect(JSON.parse((await override({ gates: 'api-5xx' }, '--dry-run')).stdout)).toMatchObject({ code: 'override-invalid' });
    expect(await recorded()).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a stranger', { who: 'octo-author' }, 'approver-not-listed'],
    ['a reason of two words', { reason: 'a flake' }, 'override-invalid'],
    ['more than a day', { expires: '25h' }, 'override-invalid'],
    ['a gate too few', { gates: 'redis-connection-leak' }, 'override-invalid'],
  ])('refuses %s, and writes nothing', async (_what, change, refusal) => {
    const { code, stdout } = await override(change);
    expect({ code, outcome: JSON.parse(stdout) }).toMatchObject({ code: 1, outcome: { outcome: 'refused', code: refusal } });
    expect(await recorded()).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a digest that nobody knows', { digest: 'f'.repeat(64) }, 'no release of the ledger'],
    ['a time without its unit', { expires: '8' }, '--expires 8: expected a duration'],
  ])('does not understand %s', async (_what, change, words) => {
    expect(await override(change)).toMatchObject({ code: 64, message: expect.stringContaining(words) });
  });

  test('on AWS needs GitHub Actions to say who asks', async () => {
    const workspace = await openWorkspace(root);
    const { code, stdout } = await runCommand(
      root,
      [
        'override',
        '--digest',
        failed.release.digest,
        '--gates',
        'x',
        '--reason',
        REASON,
        '--incident',
        INCIDENT,
        '--target',
        'aws',
        '--policy',
        'gates.yaml',
      ],
      (program, context, done) => addOverride(program, context, done, async () => ({ workspace, close: workspace.close })),
    );
    expect([code, stdout]).toEqual([1, expect.stringContaining('run the workflow `override`')]);
  });
});
