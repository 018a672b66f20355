import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { readAssemblyStack } from '../../../src/targets/aws/assembly-stack';
import { publishAssets, resolved } from '../../../src/targets/aws/assets';
import type { ReleasePackage } from '../../../src/targets/target';
import { type Account, BUCKET, bootstrap, startAccount } from './account';
import { type Json, type Mutation, sha256, writeAssembly } from './assemblies';
import { contextOf, type TestContext } from './context';

const ZIP = new TextEncoder().encode('a package');
const KEY = `${sha256(ZIP)}.zip`;

let account: Account;
let directory: string;
beforeAll(async () => {
  account = await startAccount(['s3']);
});
afterAll(() => account.close());
beforeEach(async () => {
  await account.moto.reset();
  directory = await mkdtemp(join(tmpdir(), 'tidegate-assets-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function publish(mutation: Mutation = {}, change: Partial<ReleasePackage> = {}): Promise<TestContext & { readonly url: string }> {
  const context = contextOf(account);
  const release = { ...(await writeAssembly(directory, ZIP, mutation)), ...change };
  const stack = await readAssemblyStack({ digest: release.digest, directory }, 'CheckInStaging');
  return { ...context, url: await publishAssets(context, stack, release) };
}

function put(body: string, checksum = true): Promise<unknown> {
  const verified = checksum
    ? ({ ChecksumAlgorithm: 'SHA256', ChecksumSHA256: Buffer.from(sha256(body), 'hex').toString('base64') } as const)
    : {};
  return account.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: KEY, Body: body, ...verified }));
}

/** Replaces one field of every file asset. */
function everyAsset(change: (asset: Json) => Json): Mutation {
  return {
    'CheckInStaging.assets.json': (content) => ({
      ...content,
      files: Object.fromEntries(Object.entries(content['files'] as Record<string, Json>).map(([id, asset]) => [id, change(asset)])),
    }),
  };
}

test('files go to the bootstrap bucket of this account and region, with a checksum that S3 verifies', async () => {
  await bootstrap(account);
  const { url, said } = await publish();
  expect(url).toMatch(new RegExp(`^https://${BUCKET}\\.s3\\.eu-west-1\\.amazonaws\\.com/[0-9a-f]{64}\\.json$`));
  expect(said).toEqual([`upload Function/Code (${ZIP.length} bytes)`, expect.stringMatching(/^upload CheckInStaging Template/)]);
  const { s3 } = account.clients;
  const { ChecksumSHA256: checksum } = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: KEY, ChecksumMode: 'ENABLED' }));
  expect(checksum).toBe(Buffer.from(sha256(ZIP), 'hex').toString('base64'));
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: KEY }));
  expect(await body?.transformToString()).toBe('a package');
});

test('S3 is told whose the bucket must be', async () => {
  await bootstrap(account);
  const owners: unknown[] = [];
  account.clients.s3.middlewareStack.add(
    (next) => (call) => {
      if ('ExpectedBucketOwner' in call.input) owners.push(call.input.ExpectedBucketOwner);
      return next(call);
    },
    { step: 'initialize', name: 'owners' },
  );
  await publish();
  account.clients.s3.middlewareStack.remove('owners');
  expect(owners).toEqual(['123456789012', '123456789012', '123456789012', '123456789012']);
});

test('files that are there already stay', async () => {
  await bootstrap(account);
  await publish();
  expect((await publish()).said).toEqual([]);
});

test('a file of another tool, without a checksum, is written again', async () => {
  await bootstrap(account);
  await put('what another tool wrote', false);
  expect((await publish()).said).toHaveLength(2);
});

test('other bytes under the name of a file stop the deployment', async () => {
  await bootstrap(account);
  await put('other bytes');
  await expect(publish()).rejects.toMatchObject({
    problem: 'rejected',
    message: expect.stringMatching(new RegExp(`s3://${BUCKET}/${KEY} holds other bytes than Function/Code`)),
  });
});

test('an account that is not bootstrapped is told how', async () => {
  await expect(publish()).rejects.toMatchObject({
    problem: 'not-found',
    message: expect.stringMatching(
      /not bootstrapped in eu-west-1.*npx aws-cdk@[\d.]+ bootstrap "aws:\/\/123456789012\/eu-west-1" --cloudformation-/,
    ),
  });
});

test('a bucket that is not ours to read is named, with the account that it must be of', async () => {
  account.replay.script('s3', 'HeadObject', [{ error: { name: 'AccessDenied', message: 'Access Denied' } }]);
  const refused = publish();
  await expect(refused).rejects.toMatchObject({
    problem: 'forbidden',
    message: expect.stringMatching(new RegExp(`s3://${BUCKET} \\(which must be of account 123456789012\\).*The role lacks this right`)),
  });
  account.replay.script('s3', 'HeadObject', []);
});

describe('nothing is uploaded of an assembly', () => {
  beforeEach(() => bootstrap(account));
  afterEach(async () => {
    const { KeyCount: count } = await account.clients.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    expect(count).toBe(0);
  });

  const rows: readonly (readonly [string, Mutation, RegExp])[] = [
    ['with a packaging that is not a file', everyAsset((asset) => ({ ...asset, source: { path: 'code', packaging: 'zip' } })), /packaging/],
    [
      'with a file made by a command',
      everyAsset((asset) => ({ ...asset, source: { executable: ['make'], packaging: 'file' } })),
      /expected a file/,
    ],
    ['with an image', { 'CheckInStaging.assets.json': (content) => ({ ...content, dockerImages: { web: {} } }) }, /dockerImages/],
    [
      'with a file of elsewhere',
      everyAsset((asset) => ({ ...asset, source: { path: '../../etc/passwd', packaging: 'file' } })),
      /outside of the assembly/,
    ],
    ['whose manifest is no manifest', { 'manifest.json': () => ({ artifacts: 3 }) }, /manifest\.json: artifacts/],
    [
      'without its template among the files',
      { 'CheckInStaging.assets.json': (content) => ({ ...content, files: onlyPackage(content) }) },
      /template\.json is not among/,
    ],
  ];
  test.each(rows)('%s', async (_, mutation, words) => {
    await expect(publish(mutation)).rejects.toMatchObject({ problem: 'rejected', message: expect.stringMatching(words) });
  });

  test('that does not hold the package of the release', async () => {
    await expect(publish({}, { packageDigest: `sha256:${'0'.repeat(64)}` })).rejects.toThrow(/does not hold the package sha256:0000/);
  });

  test('of which a file is missing or was cut short', async () => {
    const release = await writeAssembly(directory, ZIP);
    const stack = await readAssemblyStack({ digest: release.digest, directory }, 'CheckInStaging');
    await truncate(join(directory, 'asset.package.zip'), 3);
    await expect(publishAssets(contextOf(account), stack, release)).rejects.toThrow(/does not hold the package/);
    await rm(join(directory, 'asset.package.zip'));
    await expect(publishAssets(contextOf(account), stack, release)).rejects.toThrow(/cannot be read/);
  });
});

function onlyPackage(content: Json): Json {
  return Object.fromEntries(Object.entries(content['files'] as Json).slice(0, 1));
}

test('placeholders that are not known stay, so that nothing is guessed', () => {
  const text = ['Partition', 'AccountId', 'Region', 'StackName'].map((name) => `\${AWS::${name}}`).join('/');
  expect(resolved(text, contextOf(account))).toBe(`aws/123456789012/eu-west-1/\${AWS::StackName}`);
});
