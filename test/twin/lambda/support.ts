import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { loadToolchain } from '../../../src/pipeline/toolchain';
import type { FunctionSettings } from '../../../src/twin/lambda/environment-factory';
import { createFunction, type FunctionOptions, type LambdaFunction } from '../../../src/twin/lambda/function';
import type { InvokeOutcome } from '../../../src/twin/lambda/invocation';
import { createPackageStore } from '../../../src/twin/lambda/package-store';
import { writeRuntime } from '../../../src/twin/lambda/runtime-files';
import { createVersions } from '../../../src/twin/lambda/versions';
import { createTierNetwork } from '../../../src/twin/network/tier-network';
import type { LambdaPackage, MetricDatum } from '../../../src/twin/ports';

export const NODE = loadToolchain().node.path;

/** A directory of its own under the system's temporary one, with its removal. */
export function temporaryDirectory(): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'tidegate-twin-'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** Writes a package of the given files; the handler is `index.handler`. */
export function writePackage(
  directory: string,
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): LambdaPackage {
  const zip = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
  const hash = createHash('sha256').update(zip).digest('hex');
  const zipPath = path.join(directory, `${hash}.zip`);
  writeFileSync(zipPath, zip);
  return { digest: `sha256:${hash}`, zipPath, handler: 'index.handler', environment };
}

export interface TestFunction {
  readonly lambda: LambdaFunction;
  readonly data: MetricDatum[];
  readonly lines: string[];
  /** Publishes a package whose `index.js` is this text, and points the alias to it. */
  deploy(source: string, environment?: Readonly<Record<string, string>>): Promise<string>;
  publish(files: Readonly<Record<string, string>>): Promise<string>;
  invoke(event?: unknown): Promise<InvokeOutcome>;
  /** The parsed payload of a response. @throws when the invocation failed. */
  call<T>(event?: unknown): Promise<T>;
  logs(): string;
  stop(): Promise<void>;
}

export type Overrides = Partial<Omit<FunctionOptions, 'settings'>> & { readonly settings?: Partial<FunctionSettings> };

/** A real function on real processes; its cache addresses lead to `cachePort`. */
export async function startTestFunction(overrides: Overrides = {}, cachePort = 9): Promise<TestFunction> {
  const { directory, remove } = temporaryDirectory();
  const logDirectory = path.join(directory, 'logs');
  mkdirSync(logDirectory);
  const address = () => ({ host: '127.0.0.1', port: cachePort });
  const network = createTierNetwork({ primary: address, reader: address });
  const data: MetricDatum[] = [];
  const lines: string[] = [];
  const { settings, ...others } = overrides;
  const lambda = createFunction({
    versions: createVersions(createPackageStore(path.join(directory, 'packages'))),
    alias: 'live',
    metrics: { record: (datum) => void data.push(datum) },
    periodMs: 1_000,
    concurrencyLimit: 100,
    maxEnvironments: 10,
    maxParallelStarts: 2,
    initLimitMs: 10_000,
    reaping: { idleTimeoutMs: 600_000, retireAfterMs: 600_000 },
    random: () => 0.5,
    ...others,
    settings: {
      functionName: 'service',
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:service:live',
      region: 'us-east-1',
      memorySizeMb: 256,
      timeoutMs: 3_000,
      maxConcurrencyPerEnvironment: 1,
      node: NODE,
      runtime: await writeRuntime(path.join(directory, 'runtime')),
      logDirectory,
      logLines: { line: (text) => lines.push(text) < 0 },
      openNetwork: network.open,
      ...settings,
    },
  });
  const invoke = (event: unknown = {}) => lambda.invoke(Buffer.from(JSON.stringify(event)), 'Root=1-0-0');
  const publish = (files: Readonly<Record<string, string>>, environment = {}) =>
    lambda.publish(writePackage(directory, files, environment));
  return {
    lambda,
    data,
    lines,
    invoke,
    publish,
    async deploy(source, environment = {}) {
      const version = await publish({ 'index.js': source }, environment);
      lambda.pointAlias(version);
      return version;
    },
    async call<T>(event?: unknown) {
      const outcome = await invoke(event);
      if (outcome.kind !== 'response') throw new Error(JSON.stringify(outcome));
      return JSON.parse(outcome.payload.toString()) as T;
    },
    logs: () =>
      readdirSync(logDirectory)
        .map((file) => readFileSync(path.join(logDirectory, file), 'utf8'))
        .join('\n'),
    async stop() {
      await lambda.stop();
      network.stop();
      remove();
    },
  };
}

/** Whether a process of that number exists. A zombie does not count: nothing of it runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Polls until the condition holds. @throws when it does not within the deadline. */
export async function until(condition: () => boolean, deadlineMs = 5_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not so within ${deadlineMs} ms: ${condition}`);
    await pause(5);
  }
}

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Sum of a metric's values for one set of dimensions. */
export function sumOf(data: readonly MetricDatum[], metricName: string, dimensions: Readonly<Record<string, string>>): number {
  const wanted = JSON.stringify(Object.entries(dimensions).sort());
  return data
    .filter((datum) => datum.metricName === metricName && JSON.stringify(Object.entries(datum.dimensions).sort()) === wanted)
    .reduce((sum, datum) => sum + datum.value, 0);
}
