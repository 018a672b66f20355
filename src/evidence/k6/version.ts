import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The major version whose output and exit codes this module knows. */
const SUPPORTED_MAJOR = 2;

export type K6Version =
  | { readonly kind: 'supported'; readonly version: string }
  | { readonly kind: 'unsupported'; readonly version: string; readonly detail: string }
  | { readonly kind: 'unusable'; readonly detail: string };

/** Asks a k6 binary for its version, e.g. `2.2.0`. Does not throw. */
export async function k6Version(k6: string): Promise<K6Version> {
  let output: string;
  try {
    output = (await promisify(execFile)(k6, ['version'], { timeout: 10_000 })).stdout;
  } catch (cause) {
    return { kind: 'unusable', detail: `${k6} could not be run: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
  const version = /\bk6(?:\.exe)? v(\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
  if (version === undefined) return { kind: 'unusable', detail: `${k6} did not say which version of k6 it is` };
  if (Number.parseInt(version, 10) === SUPPORTED_MAJOR) return { kind: 'supported', version };
  return { kind: 'unsupported', version, detail: `k6 ${version} is not supported: ${SUPPORTED_MAJOR}.x is needed` };
}
