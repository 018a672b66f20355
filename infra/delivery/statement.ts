import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement that allows. */
export function grant(actions: readonly string[], resources: readonly string[], conditions: Conditions = {}): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...resources], conditions });
}

/** A statement that allows; its id says what for. */
export function allow(sid: string, actions: readonly string[], resources: readonly string[], conditions: Conditions = {}): PolicyStatement {
  const statement = grant(actions, resources, conditions);
  statement.sid = sid;
  return statement;
}
