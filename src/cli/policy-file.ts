import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ParsedPolicy, parsePolicy } from '../gates/policy/parse';
import { formatProblems } from '../gates/policy/problems';
import { checkReach } from '../gates/policy/reach';
import { type ResolvedStage, resolveStage, stagesOf } from '../gates/policy/resolve';
import { readWayBack, type WayBack } from '../gates/policy/way-back';
import { unknownName } from '../gates/suggest';
import { PROFILES, type ProfileName, type StageName, TARGETS, type TargetName } from '../gates/vocabulary';
import { ConfigurationError } from '../pipeline/errors';
import type { CommandContext } from './context';

export type LoadedPolicy = Extract<ParsedPolicy, { ok: true }>;

export const DEFAULT_POLICY = '.github/gates.yaml';

/** Reads and checks a policy file as of `now`, which gates that only observe are bounded by. @throws ConfigurationError with file, line and path of every problem. */
export async function loadPolicy(root: string, file: string, now = new Date()): Promise<LoadedPolicy> {
  const text = await readFile(resolve(root, file), 'utf8').catch((cause: unknown) => {
    throw new ConfigurationError(`${file}: cannot be read; give another with --policy FILE`, { cause });
  });
  const parsed = parsePolicy(text, file, now);
  if (!parsed.ok) throw new ConfigurationError(formatProblems(parsed.problems));
  return parsed;
}

/**
 * Reads what the way back needs of a policy file, and says on stderr what else is wrong with it.
 * @throws ConfigurationError with what is needed and is not there
 */
export async function loadWayBack(
  { root, stderr }: Pick<CommandContext, 'root' | 'stderr'>,
  file: string,
  target: TargetName,
  needs: 'approvers' | 'no-approvers' = 'no-approvers',
): Promise<WayBack> {
  const text = await readFile(resolve(root, file), 'utf8').catch(() => null);
  const { wayBack, missing, problems } = readWayBack(text, file, new Date(), target, needs);
  if (wayBack === null) {
    const needed = [...(target === 'aws' ? ['`targets.aws`'] : []), ...(needs === 'approvers' ? ['`promotion.approvers`'] : [])];
    const lines = missing.map((line) => `${file}: ${line}\n`).join('');
    throw new ConfigurationError(
      `${problems}${lines}Needed of the policy are only ${needed.join(' and ')}; --policy FILE takes them from another file.`,
    );
  }
  if (problems !== '') stderr.write(`warning: the policy is not valid, which this command does not wait for:\n${problems}`);
  return wayBack;
}

/** The stages of a profile, after checking that its load can reach what its gates need. */
export function stagesFor({ policy }: LoadedPolicy, profile: string, target: TargetName): readonly ResolvedStage[] {
  const names = stagesOf(policy, profileNamed(profile));
  if (names.length === 0) throw new ConfigurationError(problemOf(policy, 'smoke', profile));
  const problems = checkReach(policy, profile, target);
  if (problems.length > 0) throw new ConfigurationError(formatProblems(problems));
  return names.map((name) => stageFor({ policy }, name, profile));
}

export function stageFor({ policy }: Pick<LoadedPolicy, 'policy'>, name: StageName, profile: string): ResolvedStage {
  const resolved = resolveStage(policy, name, profile);
  if (!resolved.ok) throw new ConfigurationError(resolved.problem);
  return resolved.value;
}

export function profileNamed(name: string): ProfileName {
  const found = PROFILES.find((each) => each === name);
  if (found === undefined) throw new ConfigurationError(unknownName('profile', name, PROFILES));
  return found;
}

export function targetNamed(name: string): TargetName {
  const found = TARGETS.find((each) => each === name);
  if (found === undefined) throw new ConfigurationError(unknownName('target', name, TARGETS));
  return found;
}

function problemOf(policy: LoadedPolicy['policy'], name: StageName, profile: string): string {
  const resolved = resolveStage(policy, name, profile);
  return resolved.ok ? `no stage has a load for profile "${profile}"` : resolved.problem;
}
