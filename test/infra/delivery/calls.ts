import { targetOf } from '../../house/import-rules';
import { importsOf, parse, textOf } from '../../house/source-files';

/** A call to AWS, by the action that allows it, and the source that makes it. */
export interface Call {
  readonly action: string;
  readonly path: string;
}

/** Prefix of a service's actions, where it is not the client's name. */
const SERVICES: Readonly<Record<string, string>> = { 'service-quotas': 'servicequotas' };
/** Calls that are allowed by the actions of others, that ask for more than their own, or that need none. */
const ACTIONS_OF: Readonly<Record<string, readonly string[]>> = {
  'cloudformation:CreateChangeSet': ['cloudformation:CreateChangeSet', 'cloudformation:TagResource', 'iam:PassRole'],
  'codedeploy:CreateDeployment': [
    'codedeploy:CreateDeployment',
    'codedeploy:GetApplicationRevision',
    'codedeploy:GetDeploymentConfig',
    'codedeploy:RegisterApplicationRevision',
  ],
  // S3 says that there is no such object only to who may list.
  's3:HeadObject': ['s3:GetObject', 's3:ListBucket'],
  's3:GetObject': ['s3:GetObject', 's3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  'sts:AssumeRoleWithWebIdentity': [],
  'sts:GetCallerIdentity': [],
};

/** Every call of the sources and of all that they load. */
export function callsOf(entries: readonly string[]): readonly Call[] {
  return [...loadedBy(entries)].sort().flatMap((path) => actionsIn(textOf(path)).map((action) => ({ action, path })));
}

/** Sources that are in memory when these are: imports of types load nothing. */
export function loadedBy(entries: readonly string[]): ReadonlySet<string> {
  const loaded = new Set(entries);
  for (const path of loaded) {
    const imported = importsOf(parse(path, textOf(path))).filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly);
    for (const { specifier } of imported) if (!specifier.endsWith('.json')) loaded.add(`${targetOf(path, specifier)}.ts`);
  }
  return loaded;
}

/** What a source needs to be allowed for the commands that it imports. */
export function actionsIn(text: string): readonly string[] {
  const imported = [...text.matchAll(/import \{([^}]+)\} from '@aws-sdk\/client-([\w-]+)'/g)];
  const actions = imported.flatMap(([, names = '', client = '']) =>
    names.split(',').flatMap((each) => {
      const name = /^(?:paginate(\w+)|(\w+)Command)$/.exec(each.trim());
      if (name === null) return [];
      const action = `${SERVICES[client] ?? client}:${name[1] ?? name[2]}`;
      return ACTIONS_OF[action] ?? [action];
    }),
  );
  return [...new Set(actions)];
}
