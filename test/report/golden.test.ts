import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { previewFiles } from '../../src/report/samples';

const DIRECTORY = join(__dirname, '..', 'golden', 'report');
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

/** Long forms are kept in full for these states only; of the others the head, which is where they differ. */
const IN_FULL = ['promoted', 'refused-failed', 'evaluated-inconclusive'];

const goldens = new Map(previewFiles().map(({ name, text }) => kept(name, text)));
if (UPDATE) writeAll();

test('there is a golden file for every state, and none besides', () => {
  expect(readdirSync(DIRECTORY).sort()).toEqual([...goldens.keys()].sort());
});

test.each([...goldens.keys()])('%s is as it was agreed (UPDATE_GOLDEN=1 accepts a change)', (name) => {
  expect(goldens.get(name)).toBe(readFileSync(join(DIRECTORY, name), 'utf8'));
});

test('rendering again gives the same bytes', () => {
  const again = new Map(previewFiles().map(({ name, text }) => kept(name, text)));
  expect([...again]).toEqual([...goldens]);
});

function kept(name: string, text: string): [name: string, text: string] {
  if (IN_FULL.some((state) => name.startsWith(`${state}.`))) return [name, text];
  if (name.endsWith('.html')) return [name.replace('.html', '.head.html'), `${/<header>[\s\S]*<\/header>/.exec(text)?.[0]}\n`];
  if (name.endsWith('.summary.md')) return [name.replace('.summary.md', '.summary-head.md'), `${text.split('\n### Digests')[0]}\n`];
  return [name, text];
}

function writeAll(): void {
  rmSync(DIRECTORY, { recursive: true, force: true });
  mkdirSync(DIRECTORY, { recursive: true });
  for (const [name, text] of goldens) writeFileSync(join(DIRECTORY, name), text);
}
