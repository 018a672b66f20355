/** One statement of a policy, with what is only known at deploy filled in. */
export interface Statement {
  /** `Stack/LogicalId`, and which of its policies. */
  readonly where: string;
  /** Who holds it: a role (`identity`), a thing that others reach for (`resource`), or whoever may become a role (`trust`). */
  readonly kind: 'identity' | 'resource' | 'trust';
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Which of NotAction, NotResource and NotPrincipal it has. */
  readonly negations: readonly string[];
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** Where each kind of resource keeps policies. */
const DOCUMENTS: Readonly<Record<string, readonly (readonly [string, Statement['kind']])[]>> = {
  'AWS::IAM::ManagedPolicy': [['PolicyDocument', 'identity']],
  'AWS::IAM::Policy': [['PolicyDocument', 'identity']],
  'AWS::IAM::Role': [['AssumeRolePolicyDocument', 'trust']],
  'AWS::S3::BucketPolicy': [['PolicyDocument', 'resource']],
  'AWS::SNS::TopicPolicy': [['PolicyDocument', 'resource']],
  'AWS::KMS::Key': [['KeyPolicy', 'resource']],
};

/** Stand for what AWS fills in. */
const KNOWN_AT_DEPLOY: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'ap-southeast-2',
  'AWS::AccountId': '123456789012',
  StagingApiId: 'staging-api',
};

/** Every statement of every policy in a template. @throws for a policy in a place that is not known here */
export function statementsOf(stack: string, { Resources: resources }: Template): readonly Statement[] {
  return Object.entries(resources).flatMap(([id, { Type: type, Properties: properties = {} }]) => {
    const where = `${stack}/${id}`;
    const known = DOCUMENTS[type] ?? [];
    const inline = type === 'AWS::IAM::Role' ? listOf(properties['Policies']) : [];
    const rest = Object.keys(properties).filter((name) => /Policy(Document)?$|^Policies$/.test(name) && !known.some(([at]) => at === name));
    for (const name of rest.filter((each) => !(type === 'AWS::IAM::Role' && each === 'Policies') && hasStatements(properties[each]))) {
      throw new Error(`${where}: nobody looks at the policy in ${name} of ${type}`);
    }
    return [
      ...known.flatMap(([name, kind]) => read(where, kind, properties[name])),
      ...inline.flatMap((policy) => read(where, 'identity', fieldOf(policy, 'PolicyDocument'))),
    ];
  });
}

function read(where: string, kind: Statement['kind'], document: unknown): readonly Statement[] {
  return listOf(fieldOf(document, 'Statement')).map((statement) => ({
    where,
    kind,
    effect: textOf(fieldOf(statement, 'Effect')),
    actions: texts(fieldOf(statement, 'Action')),
    resources: texts(fieldOf(statement, 'Resource')),
    principals: principalsOf(fieldOf(statement, 'Principal')),
    conditions: conditionsOf(fieldOf(statement, 'Condition')),
    negations: ['NotAction', 'NotResource', 'NotPrincipal'].filter((name) => fieldOf(statement, name) !== undefined),
  }));
}

function principalsOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return texts(value);
  return Object.values(value).flatMap(texts);
}

function conditionsOf(value: unknown): Statement['conditions'] {
  const operators = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(
    operators.map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(isRecord(keys) ? keys : {}).map(([key, of]) => [key, Array.isArray(of) ? texts(of) : textOf(of)])),
    ]),
  );
}

function texts(value: unknown): readonly string[] {
  return listOf(value).map(textOf);
}

/** What CloudFormation makes of a value. Of a resource's own ARN or name: `{LogicalId}`. */
export function textOf(value: unknown): string {
  if (!isRecord(value)) return String(value);
  if ('Ref' in value) return KNOWN_AT_DEPLOY[String(value['Ref'])] ?? `{${String(value['Ref'])}}`;
  if ('Fn::GetAtt' in value) return `{${String(listOf(value['Fn::GetAtt'])[0])}}`;
  if ('Fn::If' in value) return listOf(value['Fn::If']).slice(1).map(textOf).join(' or ');
  if ('Fn::Join' in value) {
    const [separator, parts] = listOf(value['Fn::Join']);
    return texts(parts).join(String(separator));
  }
  throw new Error(`no text for ${JSON.stringify(value)}`);
}

function hasStatements(value: unknown): boolean {
  return fieldOf(value, 'Statement') !== undefined || listOf(value).some((each) => fieldOf(each, 'PolicyDocument') !== undefined);
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
