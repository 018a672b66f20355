/**
 * Adds to package-lock.json the platform packages that npm left out because it could not fetch them from here.
 * Without them `npm ci` calls the lockfile out of step. Run it after `npm install <package>`; needs no network.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el'];

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8'));
const added = [];

for (const [at, entry] of Object.entries({ ...lock.packages })) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isRecorded(at, name)) continue;
    lock.packages[`node_modules/${name}`] = platformEntry(name, version, entry.dev === true);
    added.push(name);
  }
}

if (added.length > 0) {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
}
process.stdout.write(`${added.length} platform packages added to package-lock.json\n`);

/** Node looks for a package from the folder of its user upwards. */
function isRecorded(at, name) {
  for (let folder = at; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}

/** Such packages say in their name where they run. */
function platformEntry(name, version, dev) {
  const words = name.split('/').at(-1).split('-');
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`${name}@${version}: no platform package of an exact version; install it where it can be fetched`);
  }
  const libc = libcOf(words.at(-1), os);
  return { version, cpu: [cpu], ...(dev ? { dev } : {}), ...(libc === null ? {} : { libc: [libc] }), optional: true, os: [os] };
}

function libcOf(word, os) {
  if (word.startsWith('musl')) return 'musl';
  return os === 'linux' && word.startsWith('gnu') ? 'glibc' : null;
}
