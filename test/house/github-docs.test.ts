import { parse } from 'yaml';
import { DEPLOYMENT_ENVIRONMENTS } from '../../src/contract';
import { filesBelow, textOf } from './source-files';

const settings = textOf('docs/github/settings.md');
const manager = textOf('docs/github/release-manager.md');
const workflows = filesBelow('.github', (path) => /\/(workflows|actions)\/.*\.ya?ml$/.test(path));

test('the settings name every variable that a workflow reads, and no other', () => {
  const read = new Set(workflows.flatMap((path) => [...textOf(path).matchAll(/\bvars\.(\w+)/g)].map((match) => match[1])));
  const named = [...settings.matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm)].map((match) => match[1]);
  expect(named.sort()).toEqual([...read].sort());
});

test('the settings name every deployment environment', () => {
  const named = [...settings.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
  expect(named.sort()).toEqual(Object.values(DEPLOYMENT_ENVIRONMENTS).sort());
});

test('what the release manager is told to run exists, with the inputs that are named', () => {
  expect(runsIn(manager).length).toBeGreaterThan(6);
  expect(runsIn(manager).flatMap(problemsOf)).toEqual([]);
});

test('a workflow or an input that does not exist would be found', () => {
  expect(runsIn('Run `rolback` with `reason`.').flatMap(problemsOf)).toEqual(['rolback: no such workflow']);
  expect(runsIn('Run `rollback` with `because`. Then `x`.').flatMap(problemsOf)).toEqual(['rollback: no input because']);
});

interface Run {
  readonly workflow: string;
  readonly inputs: readonly string[];
}

/** `Run `NAME` with `input`, ...` or `runs ...`, up to the end of the sentence. Words with blanks or capitals are values. */
function runsIn(text: string): readonly Run[] {
  return [...text.matchAll(/[Rr]uns? `([a-z-]+)`([^.\n]*)/g)].map(([, workflow = '', rest = '']) => ({
    workflow,
    inputs: [...rest.replace(/`operation` `[a-z-]+`/g, '`operation`').matchAll(/`([a-z-]+)`/g)].map((match) => match[1] ?? ''),
  }));
}

function problemsOf({ workflow, inputs }: Run): readonly string[] {
  const path = `.github/workflows/${workflow}.yml`;
  if (!workflows.includes(path)) return [`${workflow}: no such workflow`];
  const known = Object.keys(parse(textOf(path)).on?.workflow_dispatch?.inputs ?? {});
  return inputs.filter((input) => !known.includes(input)).map((input) => `${workflow}: no input ${input}`);
}
