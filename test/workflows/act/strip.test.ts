import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { actProgram } from '../../../scripts/workflows/act-program';
import { unknownKeysSchema, withoutUnknownKeys } from '../../../scripts/workflows/strip';
import keysOfTheList from './unknown-keys.json';

const ROOT = resolve(__dirname, '..', '..', '..');
const WORKFLOWS = join(ROOT, '.github', 'workflows');
const KEYS = unknownKeysSchema.parse(keysOfTheList);

const workflows = readdirSync(WORKFLOWS).map((name) => ({ name, source: readFileSync(join(WORKFLOWS, name), 'utf8') }));

/** Every path at which two YAML values differ. */
function differences(left: unknown, right: unknown, path: readonly string[] = []): readonly string[] {
  if (!isTree(left) || !isTree(right)) return Object.is(left, right) ? [] : [path.join('.')];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => differences(left[key], right[key], [...path, key]));
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isListed(path: string): boolean {
  return KEYS.some((key) => new RegExp(`^${key.path.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`).test(path));
}

describe('the workflows that act runs', () => {
  it.each(workflows)('$name differs from what GitHub runs in listed keys only', ({ source }) => {
    const found = differences(parse(source), parse(withoutUnknownKeys(source, KEYS).text));
    expect(found.filter((path) => !isListed(path))).toEqual([]);
    expect(found).toHaveLength(withoutUnknownKeys(source, KEYS).removed.length);
  });

  it('lists no key that no workflow has', () => {
    const removed = workflows.flatMap(({ source }) => KEYS.filter((key) => withoutUnknownKeys(source, [key]).removed.length > 0));
    expect(KEYS.filter((key) => !removed.includes(key))).toEqual([]);
  });

  it('takes out what is listed, and not the same key elsewhere', () => {
    const source = 'on: push\njobs:\n  a: { environment: { name: x, deployment: false }, env: { deployment: kept } }\n';
    const { text, removed } = withoutUnknownKeys(source, [{ path: 'jobs.*.environment.deployment', reason: 'for this test' }]);
    expect(removed).toEqual(['jobs.a.environment.deployment']);
    expect(parse(text)).toEqual({ on: 'push', jobs: { a: { environment: { name: 'x' }, env: { deployment: 'kept' } } } });
  });

  it('would notice a workflow that was changed in another way', () => {
    expect(differences({ jobs: { a: { if: 'always()' } } }, { jobs: { a: {} } }).filter((path) => !isListed(path))).toEqual(['jobs.a.if']);
  });
});

describe('act', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'act-keys-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** What act says of a workflow; empty when it takes it. */
  function complaint(workflow: string): string {
    const program = actProgram(ROOT);
    if (program === null) throw new Error('act is not in place: run the tests by `npm test`');
    const path = join(directory, 'workflow.yml');
    writeFileSync(path, workflow);
    mkdirSync(join(directory, 'home'), { recursive: true });
    try {
      execFileSync(program, ['--validate', '--workflows', path], {
        cwd: directory,
        env: { HOME: join(directory, 'home'), PATH: process.env['PATH'] },
        stdio: ['ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
        timeout: 10_000,
      });
      return '';
    } catch (error) {
      return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    }
  }

  /** A workflow that is right but for this one key. */
  function workflowWith(path: string): string {
    const rest = { 'runs-on': 'ubuntu-24.04', steps: [{ run: 'true' }] };
    const names = { environment: { name: 'x' }, concurrency: { group: 'x' } };
    const place = path.split('.');
    const key = place.at(-1) ?? '';
    const parent = place.at(-2) ?? '';
    const values: Readonly<Record<string, unknown>> = { queue: 'max', deployment: false };
    const known = Object.entries(names).find(([name]) => name === parent)?.[1];
    if (known === undefined || !(key in values)) throw new Error(`say here what a workflow with ${path} looks like`);
    const section = { [parent]: { ...known, [key]: values[key] } };
    const inJob = place[0] === 'jobs';
    return JSON.stringify({ name: 'x', on: 'push', ...(inJob ? {} : section), jobs: { a: { ...(inJob ? section : {}), ...rest } } });
  }

  it.each(KEYS)('still does not know $path', (key) => {
    expect(complaint(workflowWith(key.path))).toContain(`Unknown Property ${key.path.split('.').at(-1)}`);
    expect(complaint(withoutUnknownKeys(workflowWith(key.path), [key]).text)).toBe('');
  });

  it.each(workflows)('takes $name without the listed keys', ({ source }) => {
    expect(complaint(withoutUnknownKeys(source, KEYS).text)).toBe('');
  });
});
