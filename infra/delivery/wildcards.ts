import { Stack, Validations } from 'aws-cdk-lib';
import type { ManagedPolicy } from 'aws-cdk-lib/aws-iam';

const RULE = 'AwsSolutions-IAM5';
const READS = 'Reads only: get, list and describe.';
const EVERYTHING = 'Only actions that AWS scopes to no resource. test/infra/delivery/unscoped.ts lists each with its reason.';
const SOME =
  "What begins with the tier's names, or is of a kind whose ids AWS draws. test/infra/delivery/unscoped.ts lists the latter with reasons.";

/**
 * Acknowledges cdk-nag's findings of wildcards in a policy, one by one. The rule knows no difference between `*` and `name*`; the test
 * that walks every statement does, and judges each action on each resource.
 */
export function acknowledgeWildcards(policy: ManagedPolicy): void {
  const { Statement: statements } = Stack.of(policy).resolve(policy.document);
  const findings = new Map<string, string>();
  for (const { Action, Resource } of statements) {
    for (const action of listOf(Action)) if (action.includes('*')) findings.set(`Action::${action}`, READS);
    for (const resource of listOf(Resource))
      if (resource.includes('*')) findings.set(`Resource::${resource}`, resource === '*' ? EVERYTHING : SOME);
  }
  for (const [finding, reason] of findings) Validations.of(policy).acknowledge({ id: `${RULE}[${finding}]`, reason });
}

function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(textOf);
}

/** As cdk-nag writes what is only known at deploy: `<AWS::Region>`, `<Bucket.Arn>`. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${String(value.Ref)}>`;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return `<${value['Fn::GetAtt'].join('.')}>`;
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'];
    return parts.map(textOf).join(separator);
  }
  throw new Error(`no text for ${JSON.stringify(value)}`);
}
