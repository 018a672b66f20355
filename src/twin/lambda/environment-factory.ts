import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { EnvironmentNetwork } from '../network/environment-network';
import type { LogLineSink } from '../ports';
import type { Environment, EnvironmentListener } from './environment';
import { createEnvironmentLog } from './environment-log';
import { createMachine } from './environment-machine';
import { environmentVariables } from './environment-variables';
import { startLimitedProcess } from './limited-process';
import { type RuntimeApi, startRuntimeApi } from './runtime-api';

/** What every environment of a function has in common. */
export interface FunctionSettings {
  readonly functionName: string;
  /** Qualified by the alias: what `context.invokedFunctionArn` says. */
  readonly functionArn: string;
  readonly region: string;
  readonly memorySizeMb: number;
  readonly timeoutMs: number;
  readonly maxConcurrencyPerEnvironment: number;
  readonly node: string;
  /** Arguments of `node` that make a runtime: our bootstrap, or AWS's own runtime interface client. */
  readonly runtime: readonly string[];
  readonly logDirectory: string;
  readonly logLines: LogLineSink;
  openNetwork(): Promise<EnvironmentNetwork>;
}

/** What differs between versions. */
export interface VersionSettings {
  readonly version: string;
  readonly handler: string;
  readonly taskRoot: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Starts one execution environment; its INIT is under way when this returns, and a failure to start is a failed INIT.
 * @throws when no local port can be had for its network.
 */
export async function startEnvironment(
  settings: FunctionSettings,
  version: VersionSettings,
  initLimitMs: number,
  listener: EnvironmentListener,
): Promise<Environment> {
  const id = randomUUID().replaceAll('-', '');
  const network = await settings.openNetwork();
  const log = createEnvironmentLog(logFile(settings, version.version, id), settings.logLines);
  const machine = createMachine({
    id,
    initLimitMs,
    listener,
    log,
    version: version.version,
    functionArn: settings.functionArn,
    memorySizeMb: settings.memorySizeMb,
    timeoutMs: settings.timeoutMs,
    onDying: network.ended,
  });
  let api: RuntimeApi | null = null;
  try {
    api = await startRuntimeApi(machine.events);
    const process = await startLimitedProcess({
      node: settings.node,
      args: [...memoryArguments(settings.memorySizeMb), ...settings.runtime],
      cwd: version.taskRoot,
      env: variables(settings, version, id, api.address, network),
      onOutput: log.output,
    });
    network.attach(process.pid);
    machine.attach(process, api);
  } catch (error) {
    api?.close();
    machine.abandon(error as Error);
  }
  return machine.environment;
}

/** Lambda's Node runtime bounds the heap by the function's memory, less what V8 needs beside it. */
function memoryArguments(memorySizeMb: number): string[] {
  return [`--max-old-space-size=${Math.floor(memorySizeMb * 0.9)}`];
}

function variables(
  settings: FunctionSettings,
  version: VersionSettings,
  id: string,
  runtimeApi: string,
  network: EnvironmentNetwork,
): Record<string, string> {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return environmentVariables({
    functionName: settings.functionName,
    version: version.version,
    memorySizeMb: settings.memorySizeMb,
    region: settings.region,
    handler: version.handler,
    taskRoot: version.taskRoot,
    runtimeDirectory: path.dirname(settings.runtime[0] ?? version.taskRoot),
    runtimeApi,
    logGroupName: `/aws/lambda/${settings.functionName}`,
    logStreamName: `${day}/[${version.version}]${id}`,
    maxConcurrency: settings.maxConcurrencyPerEnvironment,
    configured: network.expand(version.environment),
    node: settings.node,
  });
}

function logFile(settings: FunctionSettings, version: string, id: string): string {
  return path.join(settings.logDirectory, `${settings.functionName}-v${version}-${id.slice(0, 12)}.log`);
}
