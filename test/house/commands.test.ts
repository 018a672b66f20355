import { Command, Option } from 'commander';
import { parse } from 'yaml';
import { bootstrapCommand, CDK_CLI } from '../../src/aws/bootstrap';
import { addCommands } from '../../src/cli/commands';
import { parsePolicy } from '../../src/gates/policy/parse';
import { formatProblems } from '../../src/gates/policy/problems';
import { checkReach } from '../../src/gates/policy/reach';
import { filesBelow, ROOT, textOf } from './source-files';

const pages = filesBelow('.', (path) => path.endsWith('.md'));
const program = tidegate();

test('every command in the documents exists, with its options and those that it demands', () => {
  expect(pages.flatMap((page) => problemsIn(textOf(page)).map((problem) => `${page}: ${problem}`))).toEqual([]);
  expect(pages.flatMap((page) => shownIn(textOf(page))).length).toBeGreaterThan(30);
});

test('a command, an option or a demand that was overlooked would be found', () => {
  expect(problemsIn('`tidegate rollback --target aws`')).toEqual(['tidegate rollback --target aws: lacks --reason']);
  expect(problemsIn('npm run -s tidegate -- gate --load-part parts # --nothing')).toEqual([
    'tidegate gate --load-part parts: no --load-part',
  ]);
  expect(problemsIn('`npm run tidegate -- recal`, `tidegate gate`')).toEqual(['tidegate recal: no such command']);
  expect(problemsIn('npm run pipeline -- --releas FILE')).toEqual(['tidegate pipeline --releas FILE: no --releas']);
});

test("the README's table has every command", () => {
  const listed = [...textOf('README.md').matchAll(/^\| `([\w-]+)` \| /gm)].map((match) => match[1]);
  expect(program.commands.map((command) => command.name()).filter((name) => !listed.includes(name))).toEqual([]);
});

test('the documents bootstrap as the program advises, with one version of the CDK', () => {
  const command = bootstrapCommand({ account: '$ACCOUNT', region: '$AWS_REGION', partition: 'aws' });
  expect(textOf('docs/aws/first-deployment.md')).toContain(`\`\`\`sh\n${command}\n`);
  const called = pages.flatMap((page) => [...textOf(page).matchAll(/npx (\S*cdk\S*)/g)].map((match) => match[1]));
  expect([...new Set(called)]).toEqual([CDK_CLI]);
});

test('the shared load of the documents fits into the shipped policy', () => {
  const [, snippet = ''] = /```yaml\n(soak:\n[\s\S]*?)```/.exec(textOf('docs/load-generators.md')) ?? [];
  const { soak } = parse(snippet);
  const policy = parse(textOf('.github/gates.yaml'));
  for (const key of Object.keys(soak)) Object.assign(policy.stages.soak[key], soak[key]);
  const parsed = parsePolicy(JSON.stringify(policy), 'gates.yaml', new Date('2026-11-24T00:00:00Z'));
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  expect(checkReach(parsed.policy, 'nightly', 'aws')).toEqual([]);
});

function tidegate(): Command {
  const stream = process.stdout;
  const context = {
    root: ROOT,
    home: ROOT,
    stateDirectory: () => ROOT,
    stdout: stream,
    stderr: stream,
    signal: new AbortController().signal,
  };
  const all = new Command('tidegate');
  addCommands(all, context, () => undefined);
  return all;
}

/** Commands as they are shown, in blocks and in sentences, each as `tidegate` would get it. */
function shownIn(text: string): readonly string[] {
  const commands = text.matchAll(/(?:npm run (?:-s )?tidegate -- |npm run (?=pipeline -- )|`tidegate )([a-z][^`\n|#]*)/g);
  return [...commands].map((match) => (match[1] ?? '').replace(/^pipeline -- /, 'pipeline ').trim());
}

function problemsIn(text: string): readonly string[] {
  return shownIn(text).flatMap((shown) => problemsOf(shown).map((problem) => `tidegate ${shown}: ${problem}`));
}

function problemsOf(shown: string): readonly string[] {
  const [name] = shown.split(' ');
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) return ['no such command'];
  const given = [...shown.matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag);
  const known = [...command.options, new Option('--help')];
  const unknown = given.filter((flag) => !known.some(({ long }) => long === flag));
  // Without any option it is only a name.
  const demanded = given.length === 0 || given.includes('--help') ? [] : command.options.filter(({ mandatory }) => mandatory);
  const lacking = demanded.filter(({ long }) => long != null && !given.includes(long));
  return [...unknown.map((flag) => `no ${flag}`), ...lacking.map(({ long }) => `lacks ${long}`)];
}
