import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { digestOfBytes } from '../../src/ledger/objects';
import { digestOfAssembly } from '../../src/pipeline/assembly-digest';
import { type AssemblyManifest, BUILD_FILES } from '../../src/pipeline/assembly-manifest';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';
export const PACKAGE = 'the bytes of a package';
export const PACKAGE_DIGEST = digestOfBytes(Buffer.from(PACKAGE));

/** An assembly as CDK lays it out, as small as it can be. */
export const FILES: Readonly<Record<string, string>> = {
  'manifest.json': '{}',
  'CheckInStaging.template.json': '{"Resources":{}}',
  'CheckInStaging.assets.json': assets('file'),
  'asset.abc.zip': PACKAGE,
  'nested/readme.txt': 'a file in a folder',
};

export function assets(packaging: string, path = 'asset.abc.zip'): string {
  return JSON.stringify({ version: '1', files: { abc: { source: { path, packaging }, destinations: {} } } });
}

/** Writes what `tidegate build` would into `out`. @returns the assembly's digest */
export async function writeBuild(out: string, files = FILES, change: Partial<AssemblyManifest> = {}): Promise<string> {
  const directory = join(out, BUILD_FILES.assembly);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  writeFileSync(join(out, BUILD_FILES.package), PACKAGE);
  const { digest, files: found } = await digestOfAssembly(directory);
  const manifest: AssemblyManifest = {
    schemaVersion: 1,
    assemblyDigest: digest,
    packageDigest: PACKAGE_DIGEST,
    commit: COMMIT,
    entry: 'src/api/handler.ts',
    toolVersion: '0.1.0',
    files: [...found],
  };
  writeFileSync(join(out, BUILD_FILES.manifest), JSON.stringify({ ...manifest, ...change }));
  return digest;
}

/** Changes one bit in the middle of a file. */
export function flipBit(path: string): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
