import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '../src/contract';
import { parsePolicy } from '../src/gates/policy/parse';
import type { Policy } from '../src/gates/policy/policy';
import { formatProblems } from '../src/gates/policy/problems';
import { buildRelease } from '../src/pipeline/build';
import { ConfigurationError } from '../src/pipeline/errors';
import { createApp } from './app';
import { writeAssembly } from './assembly';
import { readSettings } from './settings';

const ROOT = resolve(__dirname, '..');
const USAGE = `usage: synth [--out DIR] [--entry FILE] [--policy FILE] [--settings FILE]

Writes the cloud assembly of both tiers. Needs no account and no network.
  --out DIR        where to (default cdk.out); emptied first
  --entry FILE     the Lambda handler entry (default: the policy's)
  --policy FILE    default .github/gates.yaml
  --settings FILE  default infra/aws-settings.json
`;

export interface SynthRequest {
  /** Relative paths start at the repository's root. */
  readonly out: string;
  readonly entry: string | null;
  readonly policy: string;
  readonly settings: string;
}

/**
 * Builds the release and writes the assembly.
 * @returns the package's digest
 * @throws ConfigurationError when policy, settings or entry are not right, or the directory holds something else
 */
export async function synth(request: SynthRequest): Promise<string> {
  const policy = readPolicy(request.policy);
  const settings = readSettings(resolve(ROOT, request.settings));
  const outdir = resolve(ROOT, request.out);
  emptyAssembly(outdir, request.out);
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-synth-'));
  try {
    const entry = request.entry ?? policy.release.entry;
    const release = await buildRelease({ root: ROOT, entry, environment: {}, directory });
    writeAssembly(createApp({ policy, settings, packageZip: release.zipPath, packageDigest: release.packageDigest, outdir }));
    return release.packageDigest;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readPolicy(file: string): Policy {
  let text: string;
  try {
    text = readFileSync(resolve(ROOT, file), 'utf8');
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be read; give another with --policy FILE`, { cause });
  }
  const parsed = parsePolicy(text, file, new Date());
  if (!parsed.ok) throw new ConfigurationError(formatProblems(parsed.problems));
  return parsed.policy;
}

/** Empties nothing but an assembly: a mistyped --out must not cost anybody a folder. */
function emptyAssembly(outdir: string, asGiven: string): void {
  let names: readonly string[];
  try {
    names = readdirSync(outdir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw new ConfigurationError(`${asGiven}: is no folder`, { cause: error });
  }
  if (names.length > 0 && !names.includes('manifest.json')) {
    throw new ConfigurationError(
      `${asGiven}: holds something that is no cloud assembly; empty it yourself, or give another with --out DIR`,
    );
  }
  for (const name of names) rmSync(join(outdir, name), { recursive: true });
}

/** @returns the exit code */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = {
      out: { type: 'string' },
      entry: { type: 'string' },
      policy: { type: 'string' },
      settings: { type: 'string' },
    } as const;
    const { values } = parseArgs({ args: [...argv], options: { ...options, help: { type: 'boolean' } } });
    if (values.help === true) {
      process.stdout.write(USAGE);
      return EXIT.ok;
    }
    const out = values.out ?? 'cdk.out';
    const digest = await synth({
      out,
      entry: values.entry ?? null,
      policy: values.policy ?? '.github/gates.yaml',
      settings: values.settings ?? 'infra/aws-settings.json',
    });
    process.stderr.write(`${out}: assembly of both tiers, package ${digest}\n`);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof ConfigurationError || isUsage(error)) {
      process.stderr.write(`${error.message.trimEnd()}\n`);
      return EXIT.usage;
    }
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return EXIT.internal;
  }
}

function isUsage(error: unknown): error is Error {
  return String(codeOf(error)).startsWith('ERR_PARSE_ARGS');
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

if (require.main === module) {
  main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
