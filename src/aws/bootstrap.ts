/** The one version of the CDK's command line that the documents name: an account's bootstrap is no place for whatever is newest. */
export const CDK_CLI = 'aws-cdk@2.1148.1';

export interface BootstrapPlace {
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
}

/**
 * How an administrator bootstraps an account, once per region. The option keeps CloudFormation's role, which Tidegate never assumes,
 * from being an administrator; where other CDK applications deploy with that role it must be left away (docs/aws/first-deployment.md).
 */
export function bootstrapCommand({ account, region, partition }: BootstrapPlace): string {
  return `npx ${CDK_CLI} bootstrap "aws://${account}/${region}" --cloudformation-execution-policies arn:${partition}:iam::aws:policy/ReadOnlyAccess`;
}
