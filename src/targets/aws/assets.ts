import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { bootstrapCommand } from '../../aws/bootstrap';
import { AwsError, attempt, problemOf } from '../../aws/failure';
import type { ReleasePackage } from '../target';
import type { AssemblyStack, FileAsset } from './assembly-stack';
import { type AwsContext, domainOf } from './context';

/** An asset with its bytes, and the place where it belongs in this account and region. */
interface Upload {
  readonly name: string;
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly bytes: Buffer;
  readonly sha256: Buffer;
}

/** Puts account, region and partition where a cloud assembly leaves them open: `${AWS::Region}`. */
export function resolved(text: string, { caller, clients }: AwsContext): string {
  const known: Readonly<Record<string, string>> = { AccountId: caller.account, Region: clients.region, Partition: caller.partition };
  return text.replace(/\$\{AWS::(\w+)\}/g, (placeholder, name: string) => known[name] ?? placeholder);
}

/**
 * Puts the files of a stack into the bootstrap bucket, those that are not there yet. S3 verifies each against its sha256.
 * The bucket must be of this account: its name can be guessed, and whoever owned it would get and give our code.
 * @returns the URL of the stack's template
 * @throws AwsError when the release's package is not among them, the bucket is missing, or holds other bytes by one of the names
 */
export async function publishAssets(context: AwsContext, stack: AssemblyStack, release: ReleasePackage): Promise<string> {
  const directory = release.assembly?.directory ?? '';
  const uploads = await Promise.all(stack.assets.map((asset) => readUpload(context, directory, asset)));
  if (!uploads.some(({ sha256 }) => `sha256:${sha256.toString('hex')}` === release.packageDigest)) {
    throw new AwsError(
      'rejected',
      `The assembly does not hold the package ${release.packageDigest} that the release names: build it again.`,
    );
  }
  const template = uploads.find(({ path }) => path === stack.templateFile);
  if (template === undefined)
    throw new AwsError('rejected', `${stack.templateFile} is not among the assembly's assets: CloudFormation could not read it.`);
  for (const upload of uploads) await publish(context, upload);
  return `https://${template.bucket}.s3.${context.clients.region}.${domainOf(context.caller)}/${template.key}`;
}

async function readUpload(context: AwsContext, directory: string, { name, path, bucket, key }: FileAsset): Promise<Upload> {
  const file = join(directory, path);
  const inside = relative(directory, file);
  if (isAbsolute(path) || inside.startsWith('..'))
    throw new AwsError('rejected', `The asset ${name} is at ${path}, outside of the assembly.`);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new AwsError('rejected', `${file}: cannot be read, so this is no whole cloud assembly.`, cause);
  });
  const place = { bucket: resolved(bucket, context), key: resolved(key, context) };
  return { name, path, ...place, bytes, sha256: createHash('sha256').update(bytes).digest() };
}

async function publish(context: AwsContext, upload: Upload): Promise<void> {
  const { s3 } = context.clients;
  const { name, bucket, key, bytes } = upload;
  const checksum = upload.sha256.toString('base64');
  const owned = { Bucket: bucket, Key: key, ExpectedBucketOwner: context.caller.account };
  const there = await checksumOf(context, name, owned);
  if (there === checksum) return;
  if (there !== null && there !== NO_CHECKSUM) {
    throw new AwsError(
      'rejected',
      `s3://${bucket}/${key} holds other bytes than ${name} of the assembly. Nothing was deployed. Find out who wrote it before you remove it.`,
    );
  }
  context.say(`upload ${name} (${bytes.length} bytes)`);
  try {
    await s3.send(new PutObjectCommand({ ...owned, Body: bytes, ChecksumAlgorithm: 'SHA256', ChecksumSHA256: checksum }));
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'NoSuchBucket') throw notBootstrapped(context, bucket, cause);
    await attempt(`upload ${name} to s3://${bucket}`, () => Promise.reject(cause));
  }
}

/** Written by a tool that stored no sha256 (the CDK's own does not): it is written again, with one. */
const NO_CHECKSUM = '';

/** @returns base64 of the sha256 that S3 keeps of an object; null when there is no such object (or bucket: S3 does not tell which) */
async function checksumOf(
  { clients }: AwsContext,
  name: string,
  owned: { readonly Bucket: string; readonly Key: string; readonly ExpectedBucketOwner: string },
): Promise<string | null> {
  return attempt(`look for ${name} in s3://${owned.Bucket} (which must be of account ${owned.ExpectedBucketOwner})`, async () => {
    try {
      const { ChecksumSHA256: checksum } = await clients.s3.send(new HeadObjectCommand({ ...owned, ChecksumMode: 'ENABLED' }));
      return checksum ?? NO_CHECKSUM;
    } catch (cause) {
      if (problemOf(cause) === 'not-found') return null;
      throw cause;
    }
  });
}

function notBootstrapped({ caller, clients }: AwsContext, bucket: string, cause: Error): AwsError {
  return new AwsError(
    'not-found',
    `There is no bucket ${bucket}: account ${caller.account} is not bootstrapped in ${clients.region}. An administrator does it once: \`${bootstrapCommand({ ...caller, region: clients.region })}\`.`,
    cause,
  );
}
