import { AwsError } from '../../aws/failure';
import { SHIFT_OUTPUTS, TIER_OUTPUTS } from '../../contract';
import type { Tier } from '../../gates/vocabulary';
import { type AwsContext, domainOf } from './context';
import { adviceFor, conditionOf, readStack, type Stack } from './stack';

/** Where a tier is: the names of its parts, from its stack's outputs or as the policy gives them. */
export interface Place {
  readonly tier: Tier;
  /** Null when the policy gives identities: somebody else deploys this tier. */
  readonly stack: Stack | null;
  readonly apiUrl: string;
  readonly apiId: string;
  readonly apiStage: string;
  /** `AWS_IAM`, `JWT` or `NONE`; null when nobody told. */
  readonly authorization: string | null;
  readonly functionName: string;
  readonly alias: string;
  readonly replicationGroupId: string;
  /** Null in staging, whose alias moves with the stack, and for tiers given by identities. */
  readonly shift: ShiftPlace | null;
}

export interface ShiftPlace {
  readonly deploymentApplication: string;
  readonly deploymentGroup: string;
  readonly watchAlarm: string;
}

/** Local stand-ins for API Gateway; only for tiers given by identities, as a stack says its URL itself. */
const API_URL_VARIABLE = 'AWS_ENDPOINT_URL_EXECUTE_API';

export interface PlaceOptions {
  /** Accept a stack that is being changed: outputs of a tier do not change in a shift. */
  readonly changing: boolean;
  /** Accept a stack that needs a person: traffic can still be taken back with the outputs that it had. */
  readonly stuck?: boolean;
}

/** @throws AwsError when the stack does not serve, or is complete and lacks an output */
export async function placeOf(
  context: AwsContext,
  tier: Tier,
  { changing, stuck = false }: PlaceOptions = { changing: false },
): Promise<Place> {
  const given = context.policy[tier];
  if (!('stack' in given)) {
    const apiUrl =
      context.environment[API_URL_VARIABLE] ?? `https://${given.apiId}.execute-api.${context.clients.region}.${domainOf(context.caller)}`;
    return { ...given, tier, stack: null, apiUrl: withoutSlash(apiUrl), apiStage: '$default', authorization: null, shift: null };
  }
  const stack = await readStack(context.clients, given.stack);
  if (stack === null) throw noStack(context, tier, given.stack);
  const advice = adviceFor(stack, context.clients.region);
  const condition = conditionOf(stack);
  const moving = condition === 'in-progress' || condition === 'rolling-back';
  if (advice !== null && !(changing && moving) && !(stuck && condition === 'stuck')) throw new AwsError('rejected', advice);
  return fromOutputs(tier, stack);
}

function noStack({ clients, caller }: AwsContext, tier: Tier, name: string): AwsError {
  return new AwsError(
    'not-found',
    `There is no stack ${name} in account ${caller.account}, region ${clients.region}: ${tier} was never deployed there, or its stack was deleted. Deploy it, or correct region and stack in the policy.`,
  );
}

function fromOutputs(tier: Tier, stack: Stack): Place {
  const output = (name: string): string => {
    const value = stack.outputs[name];
    if (value !== undefined && value !== '') return value;
    throw new AwsError(
      'rejected',
      `The stack ${stack.name} is in ${stack.status} but has no output ${name}: it was not made from an assembly of this version. Deploy one to it.`,
    );
  };
  const { deploymentApplication, deploymentGroup, watchAlarm } = SHIFT_OUTPUTS;
  output(TIER_OUTPUTS.assemblyDigest);
  return {
    tier,
    stack,
    apiUrl: withoutSlash(output(TIER_OUTPUTS.apiUrl)),
    apiId: output(TIER_OUTPUTS.apiId),
    apiStage: output(TIER_OUTPUTS.apiStage),
    authorization: output(TIER_OUTPUTS.apiAuthorization),
    functionName: output(TIER_OUTPUTS.functionName),
    alias: output(TIER_OUTPUTS.alias),
    replicationGroupId: output(TIER_OUTPUTS.replicationGroupId),
    shift:
      tier === 'staging'
        ? null
        : {
            deploymentApplication: output(deploymentApplication),
            deploymentGroup: output(deploymentGroup),
            watchAlarm: output(watchAlarm),
          },
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
