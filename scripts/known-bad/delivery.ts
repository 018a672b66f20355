import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicy } from '../../src/cli/policy-file';
import { buildRelease } from '../../src/pipeline/build';
import type { RunOutcome } from './outcome';
import type { Today } from './provenance';
import type { Release } from './releases';
import { keepOutcome, outcomeIn } from './store';

const POLICY = '.github/gates.yaml';

export interface Delivery {
  readonly root: string;
  readonly release: Release;
  readonly profile: string;
  /** Where report, evidence and record are kept; what was there is removed. */
  readonly directory: string;
  readonly earlyStop: boolean;
}

/** What a run of the release would be made of now. */
export async function today(root: string, { entry }: Release): Promise<Today> {
  const { digest } = await loadPolicy(root, POLICY);
  const directory = mkdtempSync(join(tmpdir(), 'known-bad-'));
  try {
    const { packageDigest } = await buildRelease({ root, entry, environment: {}, directory });
    return { policyDigest: digest, packageDigest };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Delivers a release as anybody would, and keeps what came of it. */
export async function deliver(delivery: Delivery): Promise<RunOutcome> {
  const { release, directory, profile, earlyStop } = delivery;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const started = Date.now();
  const code = await pipeline(delivery);
  const seconds = Math.round((Date.now() - started) / 1000);
  const outcome = outcomeIn(release, directory, { profile, code, seconds, earlyStop, nodeVersion: process.version });
  // A run that was interrupted or broke off is no run: `--resume` makes it again.
  if (code !== null && code <= 2) keepOutcome(directory, outcome);
  return outcome;
}

function pipeline({ root, release, profile, directory, earlyStop }: Delivery): Promise<number | null> {
  // A state of its own: what was promoted before would be the baseline, and a verdict must not depend on the order of the yard.
  const state = ['--state', join(directory, 'state')];
  const asked = ['--release', release.entry, '--profile', profile, '--out', directory, ...(earlyStop ? [] : ['--no-early-stop'])];
  const child = spawn(process.execPath, ['scripts/run.mjs', 'tidegate', ...state, 'pipeline', ...asked], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.once('SIGINT', forward).once('SIGTERM', forward);
  return new Promise((done) => {
    child.once('exit', (code) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      done(code);
    });
  });
}
