import { ALIAS_MOVER } from '../../../src/contract';
import type { CodeDeployDouble } from '../../targets/aws/code-deploy-double';
import type { Lapse } from './lapse';
import { become, type LocalStack, note } from './stack';
import type { TierTemplate } from './template';
import type { LocalTier } from './tier';

/** How a stack is changed. */
export interface StackOperations {
  /** Why the next change fails; null: it does not. */
  failing: string | null;
  begin(change: Change): void;
  /** CancelUpdateStack. */
  cancel(): void;
}

export interface Change {
  readonly template: TierTemplate;
  readonly parameters: Readonly<Record<string, string>>;
  readonly zip: Buffer;
}

export interface StackParts {
  readonly stack: LocalStack;
  readonly tier: LocalTier;
  /** Null where the alias moves with the stack. */
  readonly codeDeploy: CodeDeployDouble | null;
  readonly clock: Lapse;
}

/** What a change takes before it comes to the alias, and after it. */
const BEFORE_MS = 10_000;
const AFTER_MS = 5_000;
const ALIAS = { LogicalResourceId: 'TierFunctionAlias', PhysicalResourceId: 'alias', ResourceType: 'AWS::Lambda::Alias' };
const FAILING = { LogicalResourceId: 'TierCacheGroup', PhysicalResourceId: 'cache', ResourceType: 'AWS::ElastiCache::ReplicationGroup' };

export function stackOperations({ stack, tier, codeDeploy, clock }: StackParts): StackOperations {
  const move = codeDeploy?.moveAlias ?? tier.moveAlias;
  const isBusy = (): boolean => stack.status === 'CREATE_IN_PROGRESS' || stack.status === 'UPDATE_IN_PROGRESS';
  const rollBack = (): void => {
    const created = stack.status === 'CREATE_IN_PROGRESS';
    become(stack, created ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS');
    clock.after(AFTER_MS, async () => {
      if (!created && stack.version !== null) await move(stack.version);
      become(stack, created ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE');
    });
  };
  const complete = ({ template, parameters }: Change, version: string): void =>
    clock.after(AFTER_MS, () => {
      Object.assign(stack, { template, parameters, version, codeKey: template.codeKey });
      become(stack, stack.status === 'CREATE_IN_PROGRESS' ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE');
    });
  const shift = (group: CodeDeployDouble, change: Change, version: string): void => {
    const { canary } = change.template;
    if (canary !== null) group.ways.weight = canary.weight;
    const id = group.shift(version, (succeeded) => {
      if (succeeded) return complete(change, version);
      note(stack, ALIAS, 'UPDATE_FAILED', `Rollback successful for ${id} by CodeDeploy`);
      rollBack();
    });
  };
  const operations: StackOperations = {
    failing: null,
    begin(change) {
      const creates = stack.status === null;
      become(stack, creates ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
      clock.after(BEFORE_MS, async () => {
        if (!isBusy()) return;
        const { template, zip, parameters } = change;
        if (operations.failing !== null) {
          note(stack, FAILING, creates ? 'CREATE_FAILED' : 'UPDATE_FAILED', operations.failing);
          return rollBack();
        }
        const same = stack.codeKey === template.codeKey && stack.version !== null ? stack.version : null;
        const version = same ?? (creates ? await tier.create(zip, template.reservedConcurrency) : await tier.publish(zip));
        const byCodeDeploy = parameters[ALIAS_MOVER.parameter] !== ALIAS_MOVER.cloudFormation;
        if (codeDeploy !== null && !creates && byCodeDeploy && version !== stack.version) return shift(codeDeploy, change, version);
        if (version !== stack.version) await move(version);
        complete(change, version);
      });
    },
    cancel() {
      if (stack.status === 'UPDATE_IN_PROGRESS') rollBack();
    },
  };
  return operations;
}
