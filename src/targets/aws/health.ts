import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { AwsError, attempt } from '../../aws/failure';
import { TIER_OUTPUTS } from '../../contract';
import type { Tier } from '../../gates/vocabulary';
import type { Health } from '../target';
import type { AwsContext } from './context';
import { conditionOf, readStack } from './stack';

/** The pipeline asks twice a second; AWS is asked this often. */
const ASK_EVERY_MS = 15_000;

/** @returns a question for a tier's health that is cheap to ask; while AWS gives no answer, the one before holds */
export function healthOf(context: AwsContext): (tier: Tier) => Promise<Health> {
  const asked = new Map<Tier, { readonly at: number; readonly answer: Promise<Health> }>();
  return (tier) => {
    const last = asked.get(tier);
    const now = context.clock.now();
    if (last !== undefined && now - last.at < ASK_EVERY_MS) return last.answer;
    const answer = look(context, tier).catch((cause: unknown) => {
      if (last !== undefined && cause instanceof AwsError && cause.problem === 'transient') return last.answer;
      throw cause;
    });
    asked.set(tier, { at: now, answer });
    return answer;
  };
}

async function look(context: AwsContext, tier: Tier): Promise<Health> {
  const given = context.policy[tier];
  if (!('stack' in given)) return functionHealth(context, given.functionName, given.alias);
  const stack = await readStack(context.clients, given.stack);
  if (stack === null) return { ok: false, detail: `there is no stack ${given.stack}` };
  const condition = conditionOf(stack);
  // A shift is an update in progress; anything else that changes the tier is caught when it is described.
  if (condition !== 'serving' && condition !== 'in-progress') {
    return { ok: false, detail: `the stack ${stack.name} is in ${stack.status}${stack.reason === '' ? '' : `: ${stack.reason}`}` };
  }
  const { [TIER_OUTPUTS.functionName]: functionName, [TIER_OUTPUTS.alias]: alias } = stack.outputs;
  if (functionName === undefined || alias === undefined) return { ok: false, detail: `the stack ${stack.name} names no function` };
  return functionHealth(context, functionName, alias);
}

async function functionHealth({ clients }: AwsContext, functionName: string, alias: string): Promise<Health> {
  const { State: state, StateReason: reason } = await attempt(`read the state of the function ${functionName}`, () =>
    clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: alias })),
  );
  if (state === 'Active') return { ok: true };
  return {
    ok: false,
    detail: `the function ${functionName} is ${state ?? 'in no known state'}${reason === undefined ? '' : `: ${reason}`}`,
  };
}
