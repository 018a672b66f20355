import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DeliveryStack } from '../../../infra/delivery/delivery-stack';
import { STACKS } from '../../../src/contract';
import { filesBelow, textOf } from '../../house/source-files';
import { settingsWith } from '../synthesized';
import { statementsOf, type Template as TemplateText } from './statements';

/** Prefix of a service's actions, where it is not the client's name. */
const SERVICES: Readonly<Record<string, string>> = { 'service-quotas': 'servicequotas' };
/** Calls that are allowed by the action of another, or that need none. */
const ACTION_OF: Readonly<Record<string, string | null>> = {
  's3:HeadObject': 's3:GetObject',
  's3:ListObjectsV2': 's3:ListBucket',
  'sts:GetCallerIdentity': null,
  'sts:AssumeRoleWithWebIdentity': null,
};
/** What each role's jobs run. */
const PROGRAMS: readonly (readonly [string, RegExp])[] = [
  ['deployProduction', /^src\/(targets\/aws|ledger|evidence)\//],
  ['rollback', /^src\/(targets\/aws|ledger|evidence)\//],
  ['qualify', /^src\/(targets\/aws\/(place|stack|describe|nodes|versions|health|invoke-access|context)|evidence\/\S+)\.ts$/],
  ['deployStaging', /^src\/targets\/aws\/(place|stack|stack-\w+|describe|nodes|versions|deploy|assets|change-set|context)\.ts$/],
  ['ledger', /^src\/ledger\//],
];
/** Production's API is never called by a load generator. */
const NOT_OF_PRODUCTION = 'sts:AssumeRole';

const settings = settingsWith();
const stack = new DeliveryStack(new App(), STACKS.delivery, { settings });
const statements = statementsOf(STACKS.delivery, Template.fromStack(stack).toJSON() as TemplateText);

test.each(PROGRAMS)('%s may make every call that its program makes', (role, files) => {
  const calls = callsIn(filesBelow('src', (path) => files.test(path)));
  expect(calls.length).toBeGreaterThan(1);
  const allowed = statements.filter(({ where }) => where.startsWith(`${STACKS.delivery}/${role}Policy`)).flatMap(({ actions }) => actions);
  const missing = calls.filter((call) => !allowed.includes(call) && !(role !== 'qualify' && call === NOT_OF_PRODUCTION));
  expect(missing).toEqual([]);
});

test('a call that nobody may make would be found', () => {
  expect(actionsIn("import { DeleteFunctionCommand, paginateListTags } from '@aws-sdk/client-lambda';")).toEqual([
    'lambda:DeleteFunction',
    'lambda:ListTags',
  ]);
});

function callsIn(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => actionsIn(textOf(path))))].sort();
}

function actionsIn(text: string): readonly string[] {
  return [...text.matchAll(/import \{([^}]+)\} from '@aws-sdk\/client-([\w-]+)'/g)].flatMap(([, names = '', client = '']) =>
    names.split(',').flatMap((each) => {
      const name = /^(?:paginate(\w+)|(\w+)Command)$/.exec(each.trim());
      const action = `${SERVICES[client] ?? client}:${name?.[1] ?? name?.[2]}`;
      const needed = action in ACTION_OF ? ACTION_OF[action] : action;
      return name === null || needed === null || needed === undefined ? [] : [needed];
    }),
  );
}
