import { z } from 'zod';

/** What CloudFormation finds in a tier's template, as far as anything here acts on it. */
export interface TierTemplate {
  readonly text: string;
  readonly parameters: readonly string[];
  /** Where the package of the function is, in the bootstrap bucket. */
  readonly codeKey: string;
  readonly reservedConcurrency: number | null;
  readonly authorization: string;
  /** Share and minutes of CodeDeploy's canary; null where the alias moves at once. */
  readonly canary: { readonly weight: number; readonly minutes: number } | null;
}

const schema = z.object({
  Parameters: z.record(z.string(), z.unknown()),
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});
const functionSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  ReservedConcurrentExecutions: z.number().optional(),
});
const canarySchema = z.object({
  TrafficRoutingConfig: z.object({ TimeBasedCanary: z.object({ CanaryPercentage: z.number(), CanaryInterval: z.number() }) }),
});

/** @throws when it is no template of a tier */
export function readTemplate(text: string): TierTemplate {
  const { Parameters, Resources, Outputs } = schema.parse(JSON.parse(text));
  const first = (type: string): unknown => Object.values(Resources).find((resource) => resource.Type === type)?.Properties;
  const lambda = functionSchema.parse(first('AWS::Lambda::Function'));
  const configuration = first('AWS::CodeDeploy::DeploymentConfig');
  const routing = configuration === undefined ? null : canarySchema.parse(configuration).TrafficRoutingConfig.TimeBasedCanary;
  return {
    text,
    parameters: Object.keys(Parameters),
    codeKey: lambda.Code.S3Key,
    reservedConcurrency: lambda.ReservedConcurrentExecutions ?? null,
    authorization: String(Outputs['ApiAuthorization']?.Value),
    canary: routing === null ? null : { weight: routing.CanaryPercentage / 100, minutes: routing.CanaryInterval },
  };
}
