import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AwsError } from '../../aws/failure';
import { ASSEMBLY_DIGEST_PARAMETER } from '../../contract';
import type { Assembly } from '../target';

/** What a cloud assembly says about one stack. Account, region and partition are still placeholders. */
export interface AssemblyStack {
  readonly templateFile: string;
  /** Parameters that its template declares. */
  readonly parameters: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** The role that CloudFormation changes resources with; null: with the caller's own rights. */
  readonly executionRole: string | null;
  readonly assets: readonly FileAsset[];
}

/** A file to be put into the bootstrap bucket. */
export interface FileAsset {
  readonly name: string;
  /** Relative to the assembly. */
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
}

const stackSchema = z.object({
  type: z.literal('aws:cloudformation:stack'),
  properties: z.object({
    templateFile: z.string(),
    stackName: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
    cloudFormationExecutionRoleArn: z.string().optional(),
  }),
  dependencies: z.array(z.string()).optional(),
});
const assetManifestSchema = z.object({ type: z.literal('cdk:asset-manifest'), properties: z.object({ file: z.string() }) });
const artifactSchema = z.union([stackSchema, assetManifestSchema, z.object({ type: z.string() })]);
const manifestSchema = z.object({ artifacts: z.record(z.string(), artifactSchema) });

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      displayName: z.string().optional(),
      source: z.object({
        path: z.string({ error: 'expected a file (assets made by a command are not supported)' }),
        packaging: z.literal('file'),
      }),
      destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string(), region: z.undefined().optional() })),
    }),
  ),
  dockerImages: z.record(z.string(), z.never()).optional(),
});
const templateSchema = z.object({ Parameters: z.record(z.string(), z.unknown()).optional() });

/**
 * Reads what an assembly holds for one stack.
 * @throws AwsError `rejected` when it has no such stack, or needs what Tidegate does not publish
 */
export async function readAssemblyStack({ directory }: Assembly, stackName: string): Promise<AssemblyStack> {
  const { artifacts } = await readJson(directory, 'manifest.json', manifestSchema);
  const stacks = Object.entries(artifacts).flatMap(([id, artifact]) =>
    isStack(artifact) ? [{ ...artifact, name: artifact.properties.stackName ?? id }] : [],
  );
  const stack = stacks.find(({ name }) => name === stackName);
  if (stack === undefined) {
    throw new AwsError(
      'rejected',
      `The assembly has no stack ${stackName}; it has ${stacks.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }
  const { templateFile, tags = {}, cloudFormationExecutionRoleArn: executionRole = null } = stack.properties;
  const manifests = (stack.dependencies ?? []).flatMap((id) => {
    const artifact = artifacts[id];
    return artifact !== undefined && isAssetManifest(artifact) ? [artifact.properties.file] : [];
  });
  const assets = await Promise.all(manifests.map((file) => readAssets(directory, file)));
  const { Parameters: parameters = {} } = await readJson(directory, templateFile, templateSchema);
  if (!(ASSEMBLY_DIGEST_PARAMETER in parameters)) {
    throw new AwsError('rejected', `${templateFile} has no parameter ${ASSEMBLY_DIGEST_PARAMETER}: it is no tier of Tidegate.`);
  }
  return { templateFile, parameters: Object.keys(parameters), tags, executionRole, assets: assets.flat() };
}

async function readAssets(directory: string, file: string): Promise<FileAsset[]> {
  const { files } = await readJson(directory, file, assetsSchema);
  return Object.entries(files).flatMap(([id, { displayName, source, destinations }]) =>
    Object.values(destinations).map(({ bucketName, objectKey }) => ({
      name: displayName ?? id,
      path: source.path,
      bucket: bucketName,
      key: objectKey,
    })),
  );
}

type Artifact = z.output<typeof artifactSchema>;

function isStack(artifact: Artifact): artifact is z.output<typeof stackSchema> {
  return artifact.type === 'aws:cloudformation:stack' && 'properties' in artifact;
}

function isAssetManifest(artifact: Artifact): artifact is z.output<typeof assetManifestSchema> {
  return artifact.type === 'cdk:asset-manifest' && 'properties' in artifact;
}

async function readJson<T>(directory: string, file: string, schema: z.ZodType<T>): Promise<T> {
  const path = join(directory, file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AwsError('rejected', `${path}: cannot be read, so this is no whole cloud assembly.`, cause);
  });
  const parsed = schema.safeParse(json(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsError('rejected', `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not as expected'}`);
}

/** Undefined for what is no JSON: the schema then says so. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
