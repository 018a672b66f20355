import { basename, extname, join } from 'node:path';
import { build } from 'esbuild';
import { Document } from 'yaml';
import { LOAD_ENV } from '../contract';
import type { LoadPlan } from '../gates/load-plan';
import { ConfigurationError } from './errors';
import { entryAround } from './k6-entry';

export interface ManifestRequest {
  readonly root: string;
  /** The k6 script, relative to `root`. */
  readonly script: string;
  readonly plan: LoadPlan;
  readonly generators: number;
  readonly baseUrl: string;
  /** Epoch milliseconds: every generator waits for it, however late its pod was scheduled before. */
  readonly startAt: number;
  /** Without a `v`; names the image. */
  readonly k6Version: string;
}

/**
 * The load as two objects for a cluster with k6-operator: a ConfigMap with the script in one file, and a TestRun whose runners
 * each get an execution segment from the operator. YAML, to be applied as it is.
 * @throws ConfigurationError when the script cannot be bundled
 */
export async function loadManifest(request: ManifestRequest): Promise<string> {
  const { plan, generators, baseUrl, startAt, k6Version } = request;
  const name = `tidegate-${plan.stage}`;
  const file = `${basename(request.script, extname(request.script))}.js`;
  const metadata = { name, labels: { 'app.kubernetes.io/managed-by': 'tidegate' } };
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [file]: await bundled(request) } };
  const testRun = {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata,
    spec: {
      parallelism: generators,
      script: { configMap: { name, file } },
      // Two generators on one node would share the CPU that each was counted on.
      separate: true,
      runner: {
        image: `grafana/k6:${k6Version}`,
        env: [
          { name: LOAD_ENV.baseUrl, value: baseUrl },
          { name: LOAD_ENV.startAt, value: String(startAt) },
        ],
      },
    },
  };
  return [configMap, testRun].map((object) => `---\n${new Document(object).toString({ lineWidth: 0 })}`).join('');
}

/**
 * One file that needs nothing but k6, with the load in it: the operator's initializer reads the script without any variable.
 * What the runner's environment says takes precedence.
 */
async function bundled({ root, script, plan, generators, baseUrl, startAt }: ManifestRequest): Promise<string> {
  const values = {
    [LOAD_ENV.baseUrl]: baseUrl,
    [LOAD_ENV.plan]: JSON.stringify(plan),
    [LOAD_ENV.startAt]: String(startAt),
    [LOAD_ENV.generators]: String(generators),
  };
  const around = await entryAround({ root, script });
  const entry = around === null ? { entryPoints: [join(root, script)] } : { stdin: { contents: around, resolveDir: root } };
  try {
    const { outputFiles } = await build({
      ...entry,
      absWorkingDir: root,
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      external: ['k6', 'k6/*'],
      banner: { js: `for (const [name, value] of Object.entries(${JSON.stringify(values, null, 2)})) __ENV[name] ??= value;` },
      write: false,
      logLevel: 'silent',
    });
    const [file] = outputFiles;
    if (file !== undefined) return file.text;
  } catch (cause) {
    throw new ConfigurationError(`${script}: cannot be bundled: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  throw new ConfigurationError(`${script}: esbuild wrote nothing`);
}
