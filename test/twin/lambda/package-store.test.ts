import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createPackageStore } from '../../../src/twin/lambda/package-store';
import { temporaryDirectory, writePackage } from './support';

const { directory, remove } = temporaryDirectory();
afterAll(remove);

describe('The package store', () => {
  const store = createPackageStore(path.join(directory, 'packages'));

  it('unpacks a package once per digest, folders included', async () => {
    const pkg = writePackage(directory, { 'index.js': 'one', 'lib/deep/a.js': 'two' });
    const first = await store.unpack(pkg);
    expect(readFileSync(path.join(first, 'lib/deep/a.js'), 'utf8')).toBe('two');
    const { mtimeMs } = statSync(path.join(first, 'index.js'));
    expect(await store.unpack(pkg)).toBe(first);
    expect(statSync(path.join(first, 'index.js')).mtimeMs).toBe(mtimeMs);
  });

  it('refuses a zip that is not what its digest says, and takes it again once it is', async () => {
    const pkg = writePackage(directory, { 'index.js': 'three' });
    const before = readFileSync(pkg.zipPath);
    appendFileSync(pkg.zipPath, 'x');
    await expect(store.unpack(pkg)).rejects.toThrow(/has digest sha256:[0-9a-f]{64}, published as sha256/);
    writeFileSync(pkg.zipPath, before);
    await expect(store.unpack(pkg)).resolves.toBeDefined();
  });

  it('refuses an entry that would leave its directory', async () => {
    const pkg = writePackage(directory, { '../../escaped.js': 'four' });
    await expect(store.unpack(pkg)).rejects.toThrow(/leaves the package/);
    expect(existsSync(path.join(directory, 'escaped.js'))).toBe(false);
  });
});
