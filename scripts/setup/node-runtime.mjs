/** The Node of the Lambda runtime. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareVersions, executables, versionOf } from './programs.mjs';

export function isFitNode(version, { node }) {
  return Number(version.split('.')[0]) === node.major && compareVersions(version, node.minimum) >= 0;
}

/** The runtime's own build from npm, else the Node that runs this, else one on PATH. */
export async function findNode(context) {
  const { root, pins, step } = context;
  return step('Node', async (tell) => {
    const name = `node-${process.platform}-${process.arch}`;
    const packaged = join('node_modules', name, 'bin', 'node');
    if (existsSync(join(root, packaged))) {
      tell(`npm package ${name}`);
      const version = await versionOf(join(root, packaged), ['--version'], context);
      if (version !== null && isFitNode(version, pins)) return found(packaged, version, `npm package ${name}`);
    }
    if (isFitNode(process.versions.node, pins)) return found(process.execPath, process.versions.node, 'the Node that runs this');
    return (await onPath(context)) ?? missing(pins);
  });
}

async function onPath(context) {
  for (const path of executables(['node'], context.env)) {
    const version = await versionOf(path, ['--version'], context);
    if (version !== null && isFitNode(version, context.pins)) return found(path, version, 'PATH');
  }
  return null;
}

function found(path, version, source) {
  return { done: `${version} from ${source}`, tool: { path, version, source } };
}

function missing({ node }) {
  const fit = `Node ${node.minimum} or later of major ${node.major}`;
  return {
    missing: fit,
    why: `no npm package brings it for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}`,
  };
}
