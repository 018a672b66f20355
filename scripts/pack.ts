import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFiles } from './package/bundle';
import { packageFiles } from './package/npm-package';

/**
 * Makes the npm package: `node scripts/run.mjs pack --out DIR [--repository OWNER/NAME --commit SHA]`. The last two are what the
 * workflow that `tidegate init` writes pins the actions to; the release workflow gives them. Prints the tarball's path.
 */
async function pack(root: string): Promise<void> {
  const options = { out: { type: 'string', default: 'dist' }, repository: { type: 'string' }, commit: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  const out = resolve(values.out);
  const directory = mkdtempSync(join(tmpdir(), 'tidegate-pack-'));
  try {
    await writeFiles(directory, await packageFiles(root, { repository: values.repository ?? null, commit: values.commit ?? null }));
    mkdirSync(out, { recursive: true });
    const said = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', out], {
      cwd: directory,
      encoding: 'utf8',
    });
    const [packed] = JSON.parse(said) as readonly { readonly filename: string }[];
    if (packed === undefined) throw new Error(`npm pack said nothing of a package: ${said}`);
    process.stdout.write(`${join(out, packed.filename)}\n`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

pack(join(__dirname, '..')).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
