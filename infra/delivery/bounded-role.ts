import { type IPrincipal, ManagedPolicy, type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from './wildcards';

export interface BoundedRoleProps {
  readonly roleName: string;
  readonly description: string;
  readonly trusts: IPrincipal;
  readonly may: readonly PolicyStatement[];
}

/** A role whose one policy is its boundary too: whatever is attached to it later, it can do no more than is written here. */
export class BoundedRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { roleName, description, trusts, may }: BoundedRoleProps) {
    super(scope, id);
    const policy = new ManagedPolicy(this, 'Policy', { managedPolicyName: roleName, description, statements: [...may] });
    acknowledgeWildcards(policy);
    this.role = new Role(this, 'Role', {
      roleName,
      description,
      assumedBy: trusts,
      managedPolicies: [policy],
      permissionsBoundary: policy,
    });
  }
}
