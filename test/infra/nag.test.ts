import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { suppressionsFor } from '../../infra/suppressions';
import { STACKS } from '../../src/contract';
import { type Synthesized, settingsWith, synthesize } from './synthesized';

const settings = settingsWith();
const open = settingsWith((each) => ({
  ...each,
  production: { ...each.production, authorization: { type: 'open', reason: 'A public demonstration without data' } },
}));

/** `rule at path`, for every finding that nobody has acknowledged. */
function findingsOf({ app }: Synthesized): readonly string[] {
  return Object.values(STACKS).flatMap((name) => {
    const { violations } = new AwsSolutionsChecks(app).validateScope(app.node.findChild(name));
    return violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    );
  });
}

function findingsWith(props: Parameters<typeof synthesize>[0]): readonly string[] {
  const built = synthesize(props);
  const findings = findingsOf(built);
  built.remove();
  return findings;
}

test('cdk-nag finds nothing in any stack that is not meant to be so', () => {
  expect(findingsWith({ settings })).toEqual([]);
});

test('four suppressions, each with a reason, and each for something that would be found without it', () => {
  const suppressions = suppressionsFor(settings);
  const found = findingsWith({ settings, suppressions: [] });
  expect(suppressions).toHaveLength(4);
  expect(found).toHaveLength(6);
  for (const { finding, at, reason } of suppressions) {
    expect(reason.length).toBeGreaterThan(40);
    expect(found.filter((text) => text.startsWith(`${finding} at `) && text.includes(`/${at}`))).not.toEqual([]);
  }
});

test('the delivery stack acknowledges wildcards of policies and the missing access log of its bucket, and no other rule', () => {
  const built = synthesize({ settings });
  const acknowledged = built.app.node
    .findChild(STACKS.delivery)
    .node.findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
    .flatMap(({ data }) => Object.keys(data).map((id) => id.replace(/^.*(AwsSolutions-[A-Z0-9]+).*$/, '$1')));
  built.remove();
  expect([...new Set(acknowledged)].sort()).toEqual(['AwsSolutions-IAM5', 'AwsSolutions-S1']);
});

test('an API that is open is found, unless the settings say why', () => {
  const why = suppressionsFor(open).filter(({ finding }) => finding === 'AwsSolutions-APIG4');
  expect(why).toMatchObject([{ reason: 'A public demonstration without data' }]);
  expect(findingsWith({ settings: open })).toEqual([]);
  const without = suppressionsFor(open).filter(({ finding }) => finding !== 'AwsSolutions-APIG4');
  expect(findingsWith({ settings: open, suppressions: without })).toEqual([
    expect.stringMatching(/^AwsSolutions-APIG4 at CheckInProduction/),
  ]);
});
