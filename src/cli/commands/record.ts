import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../contract';
import { evaluate } from '../../gates/evaluate';
import { digestSchema, type Evidence } from '../../gates/evidence-schema';
import type { GateReport } from '../../gates/report-schema';
import { digestOfBytes } from '../../ledger/objects';
import { findBaseline } from '../../pipeline/baseline';
import { ConfigurationError, RefusedError } from '../../pipeline/errors';
import { recordRun } from '../../pipeline/judge-run';
import { keepRelease } from '../../pipeline/keep-release';
import { short } from '../../pipeline/production';
import { toolVersion } from '../../pipeline/tool-version';
import type { ReleasePackage } from '../../targets/target';
import { openAws } from '../aws-session';
import { builtRelease } from '../built-release';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadPolicy } from '../policy-file';
import { progressTo } from '../progress';
import type { Session } from '../session';
import { DEFAULT_BUILD } from './build';
import { loadEvidence } from './evaluate';

interface RecordOptions {
  readonly evidence: string;
  readonly expectEvidence?: string;
  readonly assembly: string;
  readonly policy: string;
  readonly json?: boolean;
}

type OpenLedger = (...args: Parameters<typeof openAws>) => Promise<Pick<Session, 'workspace' | 'close'>>;

export function addRecord(program: Command, context: CommandContext, done: Done, open: OpenLedger = openAws): void {
  program
    .command('record')
    .description("write a gate's evidence, judged again, and the release's assembly into the ledger on AWS: what qualifies may only read")
    .requiredOption('--evidence <file>', 'the evidence.json that `gate` wrote')
    .option('--expect-evidence <digest>', 'sha256:... that the file must have: what `gate` gave as `evidence-digest`')
    .option('--assembly <dir>', 'what `tidegate build` wrote', DEFAULT_BUILD)
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--json', 'print the outcome as JSON on stdout')
    .action(async (options: RecordOptions) => {
      const { root, home } = context;
      const evidence = await expectedEvidence(root, options);
      const { policy, digest: policyDigest } = await loadPolicy(root, options.policy);
      const release = await builtRelease(resolve(root, options.assembly));
      requireSame(evidence, release);
      const { workspace, close } = await open(context, policy);
      try {
        const asked = { target: evidence.target, profile: evidence.profile, digest: release.digest };
        const baseline = await findBaseline(workspace, asked, progressTo(context.stderr));
        const report = evaluate({ evidence, policy, policyDigest, toolVersion: toolVersion(home), baseline });
        await keepRelease(workspace, release);
        await recordRun(workspace, { evidence, report });
        write(context, options, release, report);
      } finally {
        await close();
      }
      done(EXIT.ok);
    });
}

function write({ stdout }: CommandContext, { json }: RecordOptions, { digest }: ReleasePackage, { verdict, reason }: GateReport): void {
  const outcome = { outcome: 'recorded', digest, verdict, reason };
  stdout.write(json ? `${JSON.stringify(outcome)}\n` : `Recorded for ${short(digest)}: ${verdict} (${reason})\n`);
}

/** Evidence travels between jobs as an artifact, which anyone who can write artifacts of the run can put another in the place of. */
async function expectedEvidence(root: string, { evidence: name, expectEvidence }: RecordOptions): Promise<Evidence> {
  const path = resolve(root, name);
  const evidence = await loadEvidence(path, name);
  if (expectEvidence === undefined) return evidence;
  if (!digestSchema.safeParse(expectEvidence).success)
    throw new ConfigurationError(`--expect-evidence ${expectEvidence}: expected sha256: and 64 digits, as \`gate\` puts out`);
  const found = digestOfBytes(await readFile(path));
  if (found === expectEvidence) return evidence;
  throw new RefusedError('evidence-not-expected', `${name} is ${found}, not ${expectEvidence}: it is not what \`gate\` wrote`);
}

function requireSame({ target, release: measured }: Evidence, { digest, packageDigest, commit }: ReleasePackage): void {
  if (target !== 'aws')
    throw new ConfigurationError(`the evidence was made on the target ${target}: its ledger is written by the run itself`);
  if (measured.digest === digest && measured.packageDigest === packageDigest && measured.commit === commit) return;
  throw new ConfigurationError(
    `the evidence is about ${measured.digest} of ${measured.commit}, the assembly is ${digest} of ${commit}: give the one that was measured`,
  );
}
