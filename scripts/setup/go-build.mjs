/** Programs that are built from a Go module of this repository, in `scripts/toolchain/<name>`. */
import { join } from 'node:path';
import { installExecutable, inTemporaryDirectory } from './files.mjs';
import { markOfMends, mendModule } from './mends.mjs';
import { compareVersions, lastLine, run, versionOf } from './programs.mjs';

const MODULES = join('scripts', 'toolchain');
const BUILD_MS = 15 * 60_000;

/**
 * Builds a program at its pinned version and puts it into `.tools/bin`.
 *
 * @param {string} name of the module's folder, of its pin and of the program
 * @param {{ asks: readonly string[], takes: string }} options arguments that make the program tell its version; how long a build takes
 * @returns {Promise<{ tool: object } | { why: string }>}
 */
export async function buildWithGo(context, tell, name, { asks, takes }) {
  const { version: wanted, goMinimum, goPackage } = context.pins[name];
  const version = await goVersion(context);
  if (version === null) return { why: 'no Go to build it' };
  if (compareVersions(version, goMinimum) < 0) return { why: `Go is ${version}, ${goMinimum} is needed` };
  tell(`building with Go (about ${takes})`);
  return inTemporaryDirectory(join(context.root, '.tools'), async (directory) => {
    const mended = await mendModule(context, name, directory);
    if (mended.why !== undefined) return mended;
    const built = join(directory, name);
    const args = ['build', '-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags=-s -w', ...mended.args, '-o', built, goPackage];
    const { ok, output, reason } = await run('go', args, {
      cwd: join(context.root, MODULES, name),
      env: { ...context.env, CGO_ENABLED: '0' },
      timeoutMs: BUILD_MS,
      signal: context.signal,
    });
    if (!ok) return { why: `go build: ${reason}, ${lastLine(output)}` };
    return installPinned(context, name, { built, asks, wanted, source: `Go module${markOfMends(context.root, name)}` });
  });
}

/** Puts a program in place, unless it calls itself another version than the wanted one. */
export async function installPinned(context, name, { built, asks, wanted, source }) {
  const path = join('.tools', 'bin', name);
  const version = await versionOf(built, asks, context);
  if (version !== wanted) return { why: `${source}: it calls itself ${version ?? 'nothing'}, not ${wanted}` };
  installExecutable(built, join(context.root, path));
  return { tool: { path, version, source } };
}

async function goVersion(context) {
  const { ok, output } = await run('go', ['version'], { cwd: context.root, env: context.env, timeoutMs: 15_000, signal: context.signal });
  return ok ? (/\bgo(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1] ?? null) : null;
}
