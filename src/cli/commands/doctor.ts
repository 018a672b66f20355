import { type Machine, readMachine } from '../../pipeline/machine';
import { TOOL_REQUIREMENT, type Tool } from '../../pipeline/toolchain';

/** One thing that a run depends on. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** A run is impossible or worthless without it. */
  readonly required: boolean;
  readonly found: string;
  /** What to do; empty when it is ok. */
  readonly advice: string;
}

/** The cache server's clients and the gateway's sockets are counted in one process each. */
const DESCRIPTORS_NEEDED = 4096;
/** Two environments per core start at a time; with one core the load generator starves. */
const CORES_NEEDED = 2;
/** Thirty environments of about 62 MB, two cache servers, k6 and the gateway. */
const MEMORY_NEEDED_GIB = 4;
/** A release that opens a connection per request leaves some 9,000 ports waiting at once. */
const PORTS_NEEDED = 16_384;
const GIB = 1024 ** 3;

/** Everything that `tidegate doctor` looks at. Required checks that are not ok make its exit code 1. */
export async function doctor(root?: string): Promise<readonly Check[]> {
  return inspectMachine(await readMachine(root));
}

/** What this machine has and lacks for a run on the twin. */
export function inspectMachine(machine: Machine): readonly Check[] {
  return [
    systemCheck(machine),
    toolCheck('node', machine.node, TOOL_REQUIREMENT.node),
    toolCheck('valkey', machine.valkeyServer, TOOL_REQUIREMENT.valkeyServer),
    toolCheck('k6', machine.k6, TOOL_REQUIREMENT.k6),
    check('npm', machine.npm !== null, false, machine.npm ?? 'not on PATH', 'Install npm: the set-up needs it.'),
    check('cores', machine.cores >= CORES_NEEDED, true, String(machine.cores), `Use a machine with ${CORES_NEEDED} cores or more.`),
    memoryCheck(machine),
    descriptorCheck(machine),
    portCheck(machine),
    listenCheck(machine),
    pressureCheck(machine),
    setprivCheck(machine),
  ];
}

function systemCheck({ platform }: Machine): Check {
  const advice = platform === 'win32' ? 'Run it in WSL.' : 'Linux is what is tested; elsewhere results are unproven.';
  return check('system', platform === 'linux', platform === 'win32', platform, advice);
}

function toolCheck(name: string, tool: Tool | null, requirement: string): Check {
  const found = tool === null ? 'not in place' : `${tool.version} at ${tool.path}`;
  return check(name, tool !== null, true, found, `Run \`npm run setup\`: it needs ${requirement}.`);
}

function memoryCheck({ memoryBytes }: Machine): Check {
  const gib = memoryBytes / GIB;
  return check(
    'memory',
    gib >= MEMORY_NEEDED_GIB,
    false,
    `${gib.toFixed(1)} GiB`,
    `Have ${MEMORY_NEEDED_GIB} GiB for profiles beyond \`test\`.`,
  );
}

function descriptorCheck({ descriptorLimit }: Machine): Check {
  const enough = descriptorLimit === null || descriptorLimit >= DESCRIPTORS_NEEDED;
  const advice = `Raise the hard limit of open files to ${DESCRIPTORS_NEEDED} or more (\`ulimit -H -n\`).`;
  return check('open files', enough, true, limitText(descriptorLimit), advice);
}

function portCheck({ ephemeralPorts }: Machine): Check {
  const enough = ephemeralPorts === null || ephemeralPorts >= PORTS_NEEDED;
  const found = ephemeralPorts === null ? 'the system does not tell' : `${ephemeralPorts} for connections`;
  return check('ports', enough, false, found, `Widen net.ipv4.ip_local_port_range to ${PORTS_NEEDED} ports or more.`);
}

function listenCheck({ canListen, localhost }: Machine): Check {
  const named = localhost.some((address) => address === '127.0.0.1' || address === '::1');
  const found = `${canListen ? 'can' : 'cannot'} listen on 127.0.0.1; localhost is ${localhost.join(', ') || 'unknown'}`;
  return check('loopback', canListen && named, true, found, 'Let programs listen on 127.0.0.1 and let `localhost` mean this machine.');
}

function pressureCheck({ hasCpuPressure }: Machine): Check {
  const advice = 'Without it a starved load generator shows only by late arrivals and dropped iterations.';
  return check('CPU pressure', hasCpuPressure, false, hasCpuPressure ? 'the kernel tells' : 'the kernel does not tell', advice);
}

function setprivCheck({ hasSetpriv }: Machine): Check {
  const advice = 'Install util-linux: without it a run that is killed outright may leave processes behind.';
  return check('setpriv', hasSetpriv, false, hasSetpriv ? 'on PATH' : 'not on PATH', advice);
}

function limitText(limit: number | null): string {
  if (limit === null) return 'the system does not tell';
  return Number.isFinite(limit) ? String(limit) : 'no limit';
}

function check(name: string, ok: boolean, required: boolean, found: string, advice: string): Check {
  return { name, ok, required, found, advice: ok ? '' : advice };
}
