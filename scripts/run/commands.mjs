/** What each name runs: arguments for Node, where, with what added to the environment, and whether it uses the Python programs. */
import { join } from 'node:path';

/** jest loads ESM-only packages with vm modules; Node warns of that on every start. */
const QUIET_VM_MODULES = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

export function commandsOf(root, args) {
  const inPackages = (...path) => join(root, 'node_modules', ...path);
  const biome = inPackages('@biomejs', 'biome', 'bin', 'biome');
  const typescript = (file) => ({
    args: ['-r', inPackages('ts-node', 'register'), file, ...args],
    // Else ts-node looks for the compiler settings where the user stands, and leaves a cache among the temporary files.
    env: { TS_NODE_PROJECT: join(root, 'tsconfig.json'), DISABLE_V8_COMPILE_CACHE: '1' },
  });
  return {
    tidegate: [typescript(join(root, 'src', 'cli', 'main.ts'))],
    'client-cost': [typescript(join(root, 'scripts', 'client-cost.ts'))],
    synth: [typescript(join(root, 'infra', 'synth.ts'))],
    segments: [typescript(join(root, 'scripts', 'segments.ts'))],
    'aws-rehearsal': [{ ...typescript(join(root, 'scripts', 'aws-rehearsal.ts')), python: true }],
    'known-bad': [typescript(join(root, 'scripts', 'known-bad.ts'))],
    jest: [{ args: [...QUIET_VM_MODULES, inPackages('jest', 'bin', 'jest.js'), ...args], cwd: root, python: true }],
    check: [
      { label: 'types', args: [inPackages('typescript', 'bin', 'tsc'), '--noEmit', '-p', root], cwd: root },
      { label: 'lint and format', args: [biome, 'check', '--error-on-warnings', ...args], cwd: root },
    ],
    format: [{ args: [biome, 'check', '--write', '--linter-enabled=false', ...args], cwd: root }],
  };
}
