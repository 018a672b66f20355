/**
 * What each name runs: arguments for Node or for another program, where, with what added to the environment, and what it uses besides what a
 * delivery needs: the Python programs, and which of the workflow tools.
 */
import { existsSync, readdirSync } from 'node:fs';
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
    bundle: [typescript(join(root, 'scripts', 'bundle.ts'))],
    pack: [typescript(join(root, 'scripts', 'pack.ts'))],
    adoption: [typescript(join(root, 'scripts', 'adoption.ts'))],
    synth: [typescript(join(root, 'infra', 'synth.ts'))],
    segments: [typescript(join(root, 'scripts', 'segments.ts'))],
    'aws-rehearsal': [{ ...typescript(join(root, 'scripts', 'aws-rehearsal.ts')), python: true }],
    'known-bad': [typescript(join(root, 'scripts', 'known-bad.ts'))],
    conformance: [typescript(join(root, 'scripts', 'conformance.ts'))],
    'gate-speed': [typescript(join(root, 'scripts', 'gate-speed.ts'))],
    workflows: [{ ...typescript(join(root, 'scripts', 'workflows.ts')), workflowTools: ['act'] }],
    jest: [
      {
        args: [...QUIET_VM_MODULES, inPackages('jest', 'bin', 'jest.js'), ...args],
        cwd: root,
        python: true,
        workflowTools: ['actionlint', 'act'],
      },
    ],
    check: [
      { label: 'types', args: [inPackages('typescript', 'bin', 'tsc'), '--noEmit', '-p', root], cwd: root },
      { label: 'lint and format', args: [biome, 'check', '--error-on-warnings', ...args], cwd: root },
      ...workflowChecks(root),
    ],
    format: [{ args: [biome, 'check', '--write', '--linter-enabled=false', ...args], cwd: root }],
  };
}

/** Of the workflows and actions. What actionlint finds must not depend on which of its helpers a machine happens to have. */
function workflowChecks(root) {
  const workflows = join(root, '.github', 'workflows');
  const files = (existsSync(workflows) ? readdirSync(workflows) : []).map((name) => join(workflows, name));
  const actionlint = ['-config-file', join(root, '.github', 'actionlint.yaml'), '-shellcheck=', '-pyflakes=', ...files];
  const zizmor = [
    '--offline',
    '--persona',
    'pedantic',
    '--config',
    join(root, '.github', 'zizmor.yml'),
    '--no-progress',
    '-q',
    join(root, '.github'),
  ];
  return [
    { label: 'workflows', program: join(root, '.tools', 'bin', 'actionlint'), args: actionlint, cwd: root, workflowTools: ['actionlint'] },
    { label: 'workflow security', program: join(root, '.tools', 'python', 'bin', 'zizmor'), args: zizmor, cwd: root, python: true },
  ];
}
