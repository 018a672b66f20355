/** What checks workflows and runs them on this machine. No delivery needs it. */
import { buildWithGo } from './go-build.mjs';
import { markOfMends } from './mends.mjs';
import { executables, versionOf } from './programs.mjs';

const BUILD_TIME = { actionlint: '10 seconds', act: 'half a minute' };
const ASKS = ['--version'];

/** Of exactly the pinned version: another one knows other keys, and would find or miss other mistakes. PATH, else a build. One that is mended is always built. */
export async function findWorkflowTool(context, name) {
  return context.step(name, async (tell) => {
    const { version, goMinimum } = context.pins[name];
    const found =
      (await onPath(context, name, version)) ?? (await buildWithGo(context, tell, name, { asks: ASKS, takes: BUILD_TIME[name] }));
    if (found.tool !== undefined) return { done: `${found.tool.version} from ${found.tool.source}`, tool: found.tool };
    return {
      missing: `Go ${goMinimum} or later to build ${name}${markOfMends(context.root, name) === '' ? ` (or ${name} ${version})` : ''}`,
      why: found.why,
    };
  });
}

async function onPath(context, name, wanted) {
  if (markOfMends(context.root, name) !== '') return null;
  for (const path of executables([name], context.env)) {
    if ((await versionOf(path, ASKS, context)) === wanted) return { tool: { path, version: wanted, source: 'PATH' } };
  }
  return null;
}
