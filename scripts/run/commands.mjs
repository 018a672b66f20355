/** What each name runs: arguments for Node, where, and with what added to the environment. */
import { join } from 'node:path';

/** jest loads ESM-only packages with vm modules; Node warns of that on every start. */
const QUIET_VM_MODULES = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

export function commandsOf(root, args) {
  const inPackages = (...path) => join(root, 'node_modules', ...path);
  const biome = inPackages('@biomejs', 'biome', 'bin', 'biome');
  return {
    tidegate: [
      {
        args: ['-r', inPackages('ts-node', 'register'), join(root, 'src', 'cli', 'main.ts'), ...args],
        // Else ts-node looks for the compiler settings where the user stands.
        env: { TS_NODE_PROJECT: join(root, 'tsconfig.json') },
      },
    ],
    jest: [{ args: [...QUIET_VM_MODULES, inPackages('jest', 'bin', 'jest.js'), ...args], cwd: root }],
    check: [
      { label: 'types', args: [inPackages('typescript', 'bin', 'tsc'), '--noEmit', '-p', root], cwd: root },
      { label: 'lint and format', args: [biome, 'check', '--error-on-warnings', ...args], cwd: root },
    ],
    format: [{ args: [biome, 'check', '--write', '--linter-enabled=false', ...args], cwd: root }],
  };
}
