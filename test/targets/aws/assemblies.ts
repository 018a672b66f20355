import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleasePackage } from '../../../src/targets/target';
import { ASSEMBLY_DIGEST } from './stacks';

const ROLE = `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-hnb659fds-cfn-exec-role-\${AWS::AccountId}-\${AWS::Region}`;

/** Changes one of an assembly's files before it is written. */
export type Mutation = Readonly<Record<string, (content: Json) => Json>>;
export type Json = { [key: string]: unknown };

/** A cloud assembly as the CDK writes it, cut down to one stack with one package. */
export async function writeAssembly(directory: string, zip: Uint8Array, mutation: Mutation = {}): Promise<ReleasePackage> {
  const template = JSON.stringify({
    Parameters: {
      AssemblyDigest: { Type: 'String', Default: 'none' },
      BootstrapVersion: { Type: 'String', Default: '/cdk-bootstrap/hnb659fds/version' },
    },
  });
  const asset = (name: string, path: string, bytes: string | Uint8Array, extension: string): Json => ({
    displayName: name,
    source: { path, packaging: 'file' },
    destinations: {
      'current_account-current_region-07b7814e': {
        bucketName: `cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}`,
        objectKey: `${sha256(bytes)}.${extension}`,
        assumeRoleArn: `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/cdk-hnb659fds-file-publishing-role-\${AWS::AccountId}-\${AWS::Region}`,
      },
    },
  });
  const files: Record<string, Json> = {
    'manifest.json': {
      version: '55.0.0',
      artifacts: {
        'CheckInStaging.assets': { type: 'cdk:asset-manifest', properties: { file: 'CheckInStaging.assets.json' } },
        CheckInStaging: {
          type: 'aws:cloudformation:stack',
          environment: 'aws://unknown-account/unknown-region',
          properties: { templateFile: 'CheckInStaging.template.json', tags: { tier: 'staging' }, cloudFormationExecutionRoleArn: ROLE },
          dependencies: ['CheckInStaging.assets'],
        },
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
    },
    'CheckInStaging.assets.json': {
      version: '55.0.0',
      files: {
        [sha256(zip)]: asset('Function/Code', 'asset.package.zip', zip, 'zip'),
        [sha256(template)]: asset('CheckInStaging Template', 'CheckInStaging.template.json', template, 'json'),
      },
      dockerImages: {},
    },
  };
  await mkdir(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), JSON.stringify(mutation[name]?.(content) ?? content));
  }
  await writeFile(join(directory, 'CheckInStaging.template.json'), template);
  await writeFile(join(directory, 'asset.package.zip'), zip);
  return {
    digest: ASSEMBLY_DIGEST,
    packageDigest: `sha256:${sha256(zip)}`,
    zipPath: join(directory, 'asset.package.zip'),
    assembly: { digest: ASSEMBLY_DIGEST, directory },
    entry: 'src/api/handler.ts',
    commit: 'c'.repeat(40),
    environment: {},
  };
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
