import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { DeliveryStack } from '../../../infra/delivery/delivery-stack';
import { PURPOSE_NAMES, PURPOSES, purposeRoleName, stackRoleName } from '../../../infra/delivery/purposes';
import { DELIVERY_OUTPUTS, STACKS } from '../../../src/contract';
import { TIERS } from '../../../src/gates/vocabulary';
import { settingsWith, synthesize } from '../synthesized';

const settings = settingsWith();
const template = Template.fromStack(new DeliveryStack(new App(), STACKS.delivery, { settings }));

test('the ledger is versioned, encrypted, closed to the public, and stays', () => {
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: Match.objectLike({
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      }),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  });
});

test.each([
  ['without TLS', { Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
  ['to delete', { Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'] }],
  [
    'to have S3 delete, or keep no versions',
    { Action: ['s3:PutLifecycleConfiguration', 's3:PutBucketVersioning'], Condition: Match.absent() },
  ],
  [
    'to write without a condition',
    {
      Sid: 'NothingIsWrittenBlindly',
      Action: 's3:PutObject',
      Condition: Match.objectLike({ Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' } }),
    },
  ],
  [
    'to write an entry over another',
    { Sid: 'WhatIsWrittenStays', Action: 's3:PutObject', Condition: Match.objectLike({ Null: { 's3:if-none-match': 'true' } }) },
  ],
])('it lets nobody in %s, administrators included as long as they leave the policy', (_, statement) => {
  const denied = Match.objectLike({ Effect: 'Deny', Principal: { AWS: '*' }, ...statement });
  template.hasResourceProperties('AWS::S3::BucketPolicy', { PolicyDocument: { Statement: Match.arrayWith([denied]) } });
});

test("the identity provider is GitHub's, without thumbprints, and only made where there is none", () => {
  template.hasResource('AWS::IAM::OIDCProvider', {
    Condition: Match.anyValue(),
    Properties: { Url: 'https://token.actions.githubusercontent.com', ClientIdList: ['sts.amazonaws.com'], ThumbprintList: Match.absent() },
  });
  template.hasParameter('GitHubOidcProvider', { Default: '' });
});

test('until staging says which API is its own, nobody may invoke any', () => {
  template.hasParameter('StagingApiId', { Default: 'none', AllowedPattern: '^[a-z0-9]+$' });
});

test('outputs name the ledger and a role for every purpose', () => {
  const names = Object.keys(template.toJSON()['Outputs']);
  expect(names).toEqual(
    expect.arrayContaining([
      DELIVERY_OUTPUTS.ledgerBucket,
      'RoleInvoke',
      ...PURPOSE_NAMES.map((name) => `Role${name[0]?.toUpperCase()}${name.slice(1)}`),
    ]),
  );
  expect(PURPOSE_NAMES).toEqual(Object.keys(PURPOSES));
});

test.each(PURPOSE_NAMES)("a session of the role %s lasts AWS's hour: who works for longer proves itself again", (name) => {
  template.hasResourceProperties('AWS::IAM::Role', { RoleName: purposeRoleName(settings, name), MaxSessionDuration: Match.absent() });
});

test("an assembly has CloudFormation change each tier with that tier's role, from that tier's folder", () => {
  const { app, remove } = synthesize();
  try {
    const assembly = app.synth();
    for (const tier of TIERS) {
      const stack = assembly.getStackByName(STACKS[tier]);
      expect(stack.cloudFormationExecutionRoleArn).toBe(
        `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${stackRoleName(settings, tier)}`,
      );
      expect(stack.assumeRoleArn).toBeUndefined();
      expect(JSON.stringify(stack.manifest)).not.toContain(STACKS[tier === 'staging' ? 'production' : 'staging']);
    }
  } finally {
    remove();
  }
});
