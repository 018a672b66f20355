import { AwsError } from '../../aws/failure';
import { ALIAS_MOVER } from '../../contract';
import type { Tier } from '../../gates/vocabulary';
import type { ReleasePackage } from '../target';
import { readAssemblyStack } from './assembly-stack';
import { publishAssets } from './assets';
import { type AliasMover, applyChangeSet } from './change-set';
import type { AwsContext } from './context';
import { poll } from './poll';
import { adviceFor, conditionOf, readStack, type Stack } from './stack';
import { firstFailure } from './stack-events';

export type StackOutcome =
  | { readonly state: 'complete' }
  /** What served before serves again. `detail`: the first resource that failed, and why. */
  | { readonly state: 'rolled-back'; readonly detail: string }
  /** Neither the new nor the old: a person must look. `detail` says what to do. */
  | { readonly state: 'failed'; readonly detail: string };

/** A stack that CloudFormation is changing. */
export interface StackUpdate {
  readonly stackId: string;
  /** False when the stack already was as the assembly says: `done` is complete at once, and nothing moves. */
  readonly changed: boolean;
  /** Rejects with AwsError when AWS stays silent or the deadline passes. */
  readonly done: Promise<StackOutcome>;
}

/** How long somebody else's change of the stack is waited for. */
const IDLE_WITHIN_MS = 10 * 60_000;
/** A replication group takes some 15 minutes, a VPC's network interfaces up to 40 to go; production's update holds the whole canary, whose own deadlines are nearer. */
const DONE_WITHIN_MS: Readonly<Record<Tier, number>> = { staging: 60 * 60_000, production: 24 * 60 * 60_000 };

/**
 * Starts to bring a tier's stack to what a release's assembly says: publishes its files, makes a change set, executes it.
 * @throws AwsError when the release has no assembly, the stack cannot be changed, or CloudFormation refuses the change
 */
export async function startStackUpdate(
  context: AwsContext,
  tier: Tier,
  release: ReleasePackage,
  aliasMovedBy: AliasMover = ALIAS_MOVER.codeDeploy,
): Promise<StackUpdate> {
  const stackName = stackNameOf(context, tier);
  const { assembly } = release;
  if (assembly === null) {
    throw new AwsError('rejected', 'This release has no cloud assembly, and AWS deploys nothing else: make one with `tidegate build`.');
  }
  const assemblyStack = await readAssemblyStack(assembly, stackName);
  const existing = await idleStack(context, stackName);
  const templateUrl = await publishAssets(context, assemblyStack, release);
  const request = { stackName, existing, assemblyStack, templateUrl, assemblyDigest: assembly.digest, aliasMovedBy };
  const stackId = await applyChangeSet(context, request);
  if (stackId === null) return { stackId: existing?.id ?? stackName, changed: false, done: Promise.resolve({ state: 'complete' }) };
  context.say(`${stackName}: ${existing === null ? 'creation' : 'update'} begun`);
  const done = outcomeOf(context, stackId, stackName, DONE_WITHIN_MS[tier]);
  // Whoever started the update may look at it later; until then a failure is not unheard.
  done.catch(() => undefined);
  return { stackId, changed: true, done };
}

/** @throws AwsError when the policy gives identities: then somebody else deploys the tier */
export function stackNameOf({ policy }: AwsContext, tier: Tier): string {
  const given = policy[tier];
  if ('stack' in given) return given.stack;
  throw new AwsError('rejected', `The policy gives ${tier} by identities, not by a stack: whoever made it must deploy it.`);
}

/** @returns the stack once nobody changes it; null when there is none */
async function idleStack(context: AwsContext, name: string): Promise<Stack | null> {
  let last: Stack | null = null;
  const seen = await poll(context.clock, IDLE_WITHIN_MS, async () => {
    last = await readStack(context.clients, name);
    if (last === null) return { stack: null };
    if (!['in-progress', 'rolling-back'].includes(conditionOf(last))) return { stack: last };
    context.say(`${name}: ${last.status}, by somebody else; waiting`);
    return null;
  });
  const stack: Stack | null = seen === null ? last : seen.stack;
  const advice = stack === null ? null : adviceFor(stack, context.clients.region);
  if (advice !== null) throw new AwsError('rejected', `${advice}${seen === null ? ` (Waited ${IDLE_WITHIN_MS / 60_000} minutes.)` : ''}`);
  return stack;
}

async function outcomeOf(context: AwsContext, stackId: string, name: string, withinMs: number): Promise<StackOutcome> {
  const { clients } = context;
  let said = '';
  const stack = await poll(context.clock, withinMs, async () => {
    const now = await readStack(clients, stackId);
    if (now === null) throw new AwsError('rejected', `The stack ${name} was deleted while it was being changed.`);
    if (now.status !== said) context.say(`${name}: ${now.status}`);
    said = now.status;
    return now.status.endsWith('_IN_PROGRESS') ? null : now;
  });
  if (stack === null) {
    throw new AwsError(
      'transient',
      `The stack ${name} is still in ${said} after ${withinMs / 60_000} minutes. CloudFormation goes on without us: look at its events, then run it again.`,
    );
  }
  if (stack.status === 'CREATE_COMPLETE' || stack.status === 'UPDATE_COMPLETE') return { state: 'complete' };
  const why = (await firstFailure(clients, stackId)) ?? (stack.reason || 'its events name no resource that failed');
  if (conditionOf(stack) === 'serving') return { state: 'rolled-back', detail: why };
  return { state: 'failed', detail: `${why}. ${adviceFor(stack, clients.region) ?? ''}` };
}
