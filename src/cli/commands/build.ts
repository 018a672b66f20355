import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../../contract';
import { type BuiltAssembly, buildAssembly } from '../../pipeline/assembly-build';
import { isCommitted, notCommitted } from '../../pipeline/assembly-manifest';
import { sizeLines } from '../../pipeline/size-report';
import { toolVersion } from '../../pipeline/tool-version';
import { writeOutcomeOutputs } from '../action-outputs';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadPolicy } from '../policy-file';

export const DEFAULT_BUILD = 'tidegate-release';

interface BuildOptions {
  readonly release?: string;
  readonly policy: string;
  readonly out: string;
  readonly json?: boolean;
}

export function addBuild(program: Command, context: CommandContext, done: Done): void {
  program
    .command('build')
    .description('one cloud assembly for both tiers, with its digests and the size of its Lambda package')
    .option('--release <file>', 'the Lambda handler entry (default: release.entry of the policy)')
    .option('--policy <file>', 'where the release and the tiers are described', DEFAULT_POLICY)
    .option('--out <dir>', 'where manifest, package and assembly go', DEFAULT_BUILD)
    .option('--json', 'print digests and sizes as JSON on stdout')
    .action(async (options: BuildOptions) => {
      const { root, home, signal, stdout } = context;
      const { policy } = await loadPolicy(root, options.policy);
      const out = resolve(root, options.out);
      const built = await buildAssembly({
        root,
        entry: options.release ?? policy.release.entry,
        policy: resolve(root, options.policy),
        out,
        toolVersion: toolVersion(home),
        signal,
      });
      const shown = relative(root, out) || '.';
      const { digest, packageDigest, commit } = built.release;
      writeOutcomeOutputs({ outcome: 'built', digest, packageDigest, commit });
      stdout.write(options.json ? `${JSON.stringify(asJson(built, shown), null, 2)}\n` : asText(built, shown));
      done(EXIT.ok);
    });
}

function asJson({ release, size }: BuiltAssembly, out: string) {
  const { digest: assemblyDigest, packageDigest, commit, entry } = release;
  return { assemblyDigest, packageDigest, commit, entry, out, deployable: isCommitted(commit), size };
}

function asText({ release, size }: BuiltAssembly, out: string): string {
  const { digest, packageDigest, commit, entry } = release;
  const lines = [
    `Built ${entry} at commit ${commit} into ${out}`,
    `  assembly ${digest}`,
    `  package  ${packageDigest}`,
    ...sizeLines(size).map((line) => `  ${line}`),
  ];
  if (!isCommitted(commit)) lines.push(`This build can never go to AWS: ${notCommitted(commit)}`);
  else lines.push(`Deploy it: tidegate deploy --assembly ${out} --tier staging --expect ${digest}`);
  return `${lines.join('\n')}\n`;
}
