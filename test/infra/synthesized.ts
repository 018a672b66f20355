import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createApp } from '../../infra/app';
import { parseSettings, type Settings } from '../../infra/settings';
import { suppressionsFor } from '../../infra/suppressions';
import { TIER_SHAPES } from '../../infra/tier/tiers';
import { parsePolicy } from '../../src/gates/policy/parse';
import type { Policy } from '../../src/gates/policy/policy';
import type { Tier } from '../../src/gates/vocabulary';
import { digestOfBytes } from '../../src/ledger/objects';

const POLICY_TEXT = readFileSync(join(__dirname, 'data', 'policy.yaml'), 'utf8');
const SETTINGS_TEXT = readFileSync(join(__dirname, '..', '..', 'infra', 'aws-settings.json'), 'utf8');
const PACKAGE = Buffer.from('stands for a package');

export const PACKAGE_DIGEST = digestOfBytes(PACKAGE);

/** The policy of these tests, after replacements in its text; each must be found. */
export function policyWith(...replacements: readonly (readonly [string, string])[]): Policy {
  let text = POLICY_TEXT;
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`the tests' policy has no ${from}`);
    text = text.replace(from, to);
  }
  const parsed = parsePolicy(text, 'policy.yaml', new Date('2026-11-24T00:00:00Z'));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.policy;
}

export function settingsWith(change: (settings: Settings) => Settings = (settings) => settings): Settings {
  return change(parseSettings(SETTINGS_TEXT, 'aws-settings.json'));
}

export interface Synthesized {
  readonly app: App;
  readonly directory: string;
  template(tier: Tier): Template;
  remove(): void;
}

/** The app with a package of a few bytes. `remove` it in the end. */
export function synthesize({
  policy = policyWith(),
  settings = settingsWith(),
  suppressions = suppressionsFor(settings),
} = {}): Synthesized {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-infra-'));
  const packageZip = join(directory, 'package.zip');
  writeFileSync(packageZip, PACKAGE);
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const app = createApp({ policy, settings, packageZip, packageDigest: PACKAGE_DIGEST, outdir: join(directory, 'out'), suppressions });
    const template = (tier: Tier) => Template.fromStack(app.node.findChild(TIER_SHAPES[tier].stackName) as Stack);
    return { app, directory, template, remove };
  } catch (error) {
    // An app that was refused has nobody who could remove it.
    remove();
    throw error;
  }
}
