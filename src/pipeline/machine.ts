import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { accessSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, platform, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { executablesOnPath, findTool, readVersion, type Tool } from './toolchain';

const run = promisify(execFile);
const PORT_RANGE_FILE = '/proc/sys/net/ipv4/ip_local_port_range';
const CPU_PRESSURE_FILE = '/proc/pressure/cpu';
const NO_LIMIT = Number.POSITIVE_INFINITY;

/** What a run depends on, as this machine shows it. `null` where the system does not tell or the thing is missing. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly node: Tool | null;
  readonly npm: string | null;
  readonly valkeyServer: Tool | null;
  readonly k6: Tool | null;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Hard limit of open descriptors per process; Infinity when there is none. */
  readonly descriptorLimit: number | null;
  /** Local ports that connections may take. */
  readonly ephemeralPorts: number | null;
  readonly canListen: boolean;
  /** What the name `localhost` resolves to. */
  readonly localhost: readonly string[];
  readonly hasCpuPressure: boolean;
  readonly hasSetpriv: boolean;
}

/** Looks at this machine; starts only `npm --version` and a shell for its limits. Never throws. */
export async function readMachine(root?: string): Promise<Machine> {
  const [npm, descriptorLimit, canListen, localhost] = await Promise.all([
    npmVersion(),
    hardDescriptorLimit(),
    canListenOnLoopback(),
    addressesOf('localhost'),
  ]);
  return {
    platform: platform(),
    node: findTool('node', root),
    npm,
    valkeyServer: findTool('valkeyServer', root),
    k6: findTool('k6', root),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    descriptorLimit,
    ephemeralPorts: ephemeralPorts(),
    canListen,
    localhost,
    hasCpuPressure: isReadable(CPU_PRESSURE_FILE),
    hasSetpriv: executablesOnPath('setpriv').length > 0,
  };
}

/** How many ports a range file of the kernel spans, e.g. `32768\t60999`. */
export function portsInRange(text: string): number | null {
  const [first, last] = text.trim().split(/\s+/).map(Number);
  if (first === undefined || last === undefined || Number.isNaN(first) || Number.isNaN(last)) return null;
  return last - first + 1;
}

/** What a shell says of a limit: a number or `unlimited`. */
export function limitOf(text: string): number | null {
  const word = text.trim();
  if (word === 'unlimited') return NO_LIMIT;
  return /^\d+$/.test(word) ? Number(word) : null;
}

async function npmVersion(): Promise<string | null> {
  const output = await outputOf('npm', ['--version']);
  return output === null ? null : readVersion(output);
}

async function hardDescriptorLimit(): Promise<number | null> {
  const output = await outputOf('sh', ['-c', 'ulimit -H -n']);
  return output === null ? null : limitOf(output);
}

async function outputOf(command: string, args: readonly string[]): Promise<string | null> {
  try {
    return (await run(command, [...args], { timeout: 10_000 })).stdout;
  } catch {
    return null;
  }
}

function canListenOnLoopback(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(0, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function addressesOf(name: string): Promise<readonly string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

function ephemeralPorts(): number | null {
  try {
    return portsInRange(readFileSync(PORT_RANGE_FILE, 'utf8'));
  } catch {
    return null;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
