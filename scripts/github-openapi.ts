/**
 * Writes the part of GitHub's published API description that the GitHub server of the tests speaks.
 *
 *     npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/package.json package/generated/api.github.com.json
 *     node -r ts-node/register scripts/github-openapi.ts package/generated/api.github.com.json
 *
 * The package holds 400 MB of descriptions: it is no dependency of ours, only the source of test/support/github/data/openapi.json.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';

const TARGET = resolve(__dirname, '..', 'test', 'support', 'github', 'data', 'openapi.json');

/** By the description's names. Whoever adds one here answers it in test/support/github/operations.ts. */
const OPERATIONS: ReadonlySet<string> = new Set([
  'actions/get-allowed-actions-repository',
  'actions/get-custom-oidc-sub-claim-for-repo',
  'actions/get-github-actions-default-workflow-permissions-repository',
  'actions/get-github-actions-permissions-repository',
  'actions/get-repo-variable',
  'actions/get-reviews-for-run',
  'actions/get-workflow-run',
  'actions/get-workflow-run-attempt',
  'actions/list-jobs-for-workflow-run',
  'actions/list-jobs-for-workflow-run-attempt',
  'actions/list-repo-organization-variables',
  'actions/list-repo-variables',
  'actions/list-workflow-runs-for-repo',
  'issues/create-comment',
  'issues/delete-comment',
  'issues/get-comment',
  'issues/list-comments',
  'issues/update-comment',
  'pulls/get',
  'pulls/list',
  'pulls/list-commits',
  'pulls/list-files',
  'rate-limit/get',
  'repos/codeowners-errors',
  'repos/compare-commits-with-basehead',
  'repos/get',
  'repos/get-all-environments',
  'repos/get-branch',
  'repos/get-branch-rules',
  'repos/get-commit',
  'repos/get-content',
  'repos/get-environment',
  'repos/get-repo-ruleset',
  'repos/get-repo-rulesets',
  'repos/list-commits',
  'repos/list-deployment-branch-policies',
  'repos/list-deployment-statuses',
  'repos/list-deployments',
  'repos/list-pull-requests-associated-with-commit',
  'users/get-authenticated',
]);

/** What says nothing of the shape of a request or an answer. */
const WORDS: ReadonlySet<string> = new Set([
  'description',
  'title',
  'summary',
  'example',
  'examples',
  'tags',
  'externalDocs',
  'headers',
  'links',
]);

type Json = Readonly<Record<string, unknown>>;
const objectSchema = z.record(z.string(), z.unknown());
const descriptionSchema = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.record(z.string(), objectSchema),
});

/** A copy without words. Names of properties are data, whatever they are called. */
function withoutWords(value: unknown, areNames = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutWords(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key]) => areNames || !(WORDS.has(key) || (key.startsWith('x-') && key !== 'x-multi-segment')),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutWords(item, !areNames && key === 'properties')]));
}

function wantedPaths(paths: z.infer<typeof descriptionSchema>['paths']): Json {
  const found = new Set<string>();
  const entries = Object.entries(paths).flatMap(([path, item]): [string, unknown][] => {
    const methods = Object.entries(item).filter(([, operation]) => {
      const { operationId } = z.looseObject({ operationId: z.string().optional() }).parse(operation);
      if (operationId === undefined || !OPERATIONS.has(operationId)) return false;
      found.add(operationId);
      return true;
    });
    return methods.length === 0 ? [] : [[path, withoutWords(Object.fromEntries(methods))]];
  });
  const missing = [...OPERATIONS].filter((id) => !found.has(id));
  if (missing.length > 0) throw new Error(`the description has no ${missing.join(', ')}`);
  return Object.fromEntries(entries);
}

/** Every `components` entry that the paths refer to, and those refer to, in the description's order. */
function wantedComponents(paths: Json, components: z.infer<typeof descriptionSchema>['components']): Readonly<Record<string, Json>> {
  const taken = new Map<string, unknown>();
  const open: unknown[] = [paths];
  while (open.length > 0) {
    for (const [, group = '', name = ''] of JSON.stringify(open.pop()).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      if (taken.has(`${group}/${name}`)) continue;
      const component = withoutWords(components[group]?.[name]);
      if (component === undefined) throw new Error(`the description refers to ${group}/${name}, and has none`);
      taken.set(`${group}/${name}`, component);
      open.push(component);
    }
  }
  const entriesOf = (group: string): [string, unknown][] =>
    Object.keys(components[group] ?? {}).flatMap((name) => (taken.has(`${group}/${name}`) ? [[name, taken.get(`${group}/${name}`)]] : []));
  const groups = Object.keys(components).map((group): [string, Json] => [group, Object.fromEntries(entriesOf(group))]);
  return Object.fromEntries(groups.filter(([, entries]) => Object.keys(entries).length > 0));
}

/** One line for each entry: a diff of two versions can be read. */
function lines(entries: Json): string {
  const each = Object.entries(entries).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${each.join(',\n')}\n}`;
}

function extract(path: string): string {
  const bytes = readFileSync(path);
  const { openapi, paths, components } = descriptionSchema.parse(JSON.parse(bytes.toString('utf8')));
  const manifest = readFileSync(resolve(dirname(path), '..', 'package.json'), 'utf8');
  const { name, version, license } = z.object({ name: z.string(), version: z.string(), license: z.string() }).parse(JSON.parse(manifest));
  const source = {
    package: name,
    version,
    license,
    file: 'generated/api.github.com.json',
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const wanted = wantedPaths(paths);
  const groups = Object.entries(wantedComponents(wanted, components)).map(
    ([group, entries]) => `${JSON.stringify(group)}: ${lines(entries)}`,
  );
  const head = lines({ openapi, info: { title: "A part of GitHub's REST API", version, 'x-source': source } }).slice(0, -2);
  return `${head},\n"paths": ${lines(wanted)},\n"components": {\n${groups.join(',\n')}\n}\n}\n`;
}

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('name the api.github.com.json of the package @octokit/openapi');
const text = extract(source);
writeFileSync(TARGET, text);
process.stdout.write(`${TARGET}: ${OPERATIONS.size} operations, ${Math.round(text.length / 1024)} KiB\n`);
