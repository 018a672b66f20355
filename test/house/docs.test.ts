import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT } from '../../src/contract';
import { JUDGES } from '../../src/gates/vocabulary';
import { filesBelow, ROOT, textOf } from './source-files';

const readme = textOf('README.md');
const architecture = textOf('ARCHITECTURE.md');
const pages = filesBelow('.', (path) => path.endsWith('.md'));

test('links inside the project lead somewhere', () => {
  const broken = pages.flatMap((page) =>
    linksOf(textOf(page))
      .filter((link) => !existsSync(join(ROOT, dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
  expect(linksOf('[a](https://example.com) [b](#c) [d](docs/e.md#f)')).toEqual(['docs/e.md']);
});

test("the README's exit codes are the program's", () => {
  const documented = [...readme.matchAll(/^\| (\d+) \|/gm)].map((match) => Number(match[1]));
  expect(documented).toEqual(Object.values(EXIT));
});

test('the README names every release of the yard, in the folder where it is, with its verdict', () => {
  const rows = [...readme.matchAll(/^\| \[`[^`]+`\]\((test\/releases\/[^)]+)\) \|.*\| (\w+) \|$/gm)].map(([, path, verdict]) => ({
    path,
    verdict,
  }));
  const expected = filesBelow('test/releases', (path) => /releases\/(good|bad)\/[^/]+\.ts$/.test(path)).map((path) => ({
    path,
    verdict: path.includes('/bad/') ? 'failed' : 'passed',
  }));
  expect(sorted(rows)).toEqual(sorted(expected));
});

test('the README explains every judge that a policy may name', () => {
  const explained = [...readme.matchAll(/^\| `([\w-]+)` \| .*\? \|$/gm)].map((match) => match[1]);
  expect(explained.sort()).toEqual(JUDGES.filter((judge) => judge !== 'load-validity').sort());
});

test('the README shows its commands as scripts that exist', () => {
  const { scripts } = JSON.parse(textOf('package.json'));
  const shown = [...readme.matchAll(/<!-- command: (\w+) -->\n```sh\nnpm (?:run )?(\w+)/g)].map(([, mark, script]) => [mark, script]);
  expect(shown).toEqual([
    ['pipeline', 'pipeline'],
    ['incident', 'pipeline'],
    ['test', 'test'],
    ['check', 'check'],
  ]);
  expect(shown.filter(([, script]) => scripts[String(script)] === undefined)).toEqual([]);
});

test('ARCHITECTURE lists every room of src', () => {
  const listed = [...architecture.matchAll(/^\| `src\/([\w.]+)` \|/gm)].map((match) => match[1]);
  const rooms = new Set(filesBelow('src').map((path) => path.split('/')[1]));
  expect(listed.sort()).toEqual([...rooms].sort());
});

test('decisions are numbered without a gap and have the three parts', () => {
  const records = filesBelow('docs/decisions', (path) => path.endsWith('.md'));
  expect(records.map((path) => Number(/(\d{4})-[\w-]+\.md$/.exec(path)?.[1]))).toEqual(records.map((_, i) => i + 1));
  const headings = records.map((path) => [...textOf(path).matchAll(/^## (.+)$/gm)].map((match) => match[1]));
  expect(headings).toEqual(records.map(() => ['Context', 'Decision', 'Consequences']));
});

function linksOf(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] ?? '').replace(/#.*$/, ''))
    .filter((link) => link !== '' && !/^[a-z]+:/.test(link));
}

function sorted<T>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
