import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { unzipSync } from 'fflate';
import { LAMBDA_BUNDLE } from './bundle-options';

const MIB = 1024 * 1024;
const LARGEST = 10;

/** What Lambda accepts (Lambda developer guide, "Lambda quotas"), bytes: a zip that is uploaded directly, and everything unzipped. */
export const LAMBDA_LIMITS = { zipBytes: 50 * MIB, unzippedBytes: 250 * MIB } as const;

export interface SizeReport {
  readonly zipBytes: number;
  readonly unzippedBytes: number;
  readonly limits: typeof LAMBDA_LIMITS;
  /** The files that put most into the bundle: bytes after minifying. */
  readonly largest: readonly { readonly path: string; readonly bytes: number }[];
}

/** Measures a package: a cold start reads all of it. @param entry relative to `root` */
export async function sizeReport(root: string, entry: string, zipPath: string): Promise<SizeReport> {
  const zip = await readFile(zipPath);
  const unzippedBytes = Object.values(unzipSync(zip)).reduce((sum, { length }) => sum + length, 0);
  const outfile = 'index.js';
  const options = { ...LAMBDA_BUNDLE, absWorkingDir: root, entryPoints: [entry], outfile, write: false, logLevel: 'silent' as const };
  const { metafile } = await build({ ...options, metafile: true });
  const inputs = Object.entries(metafile.outputs[outfile]?.inputs ?? {});
  const largest = inputs
    .map(([path, { bytesInOutput: bytes }]) => ({ path, bytes }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, LARGEST);
  return { zipBytes: zip.length, unzippedBytes, limits: LAMBDA_LIMITS, largest };
}

export function sizeLines({ zipBytes, unzippedBytes, limits, largest }: SizeReport): readonly string[] {
  const of = (bytes: number, limit: number) => `${kib(bytes)} (${((100 * bytes) / limit).toFixed(1)} % of Lambda's ${limit / MIB} MiB)`;
  return [
    `zip ${of(zipBytes, limits.zipBytes)}, unzipped ${of(unzippedBytes, limits.unzippedBytes)}`,
    ...largest.map(({ path, bytes }) => `${kib(bytes).padStart(12)}  ${path}`),
  ];
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}
