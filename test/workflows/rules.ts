import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../house/source-files';
import { jobsOf, stepsOf, type WorkflowFile } from './workflow-files';

/** Says what is wrong with a workflow, one sentence for each place. */
export type Rule = (file: WorkflowFile) => readonly string[];

const PINS = new Map(
  readFileSync(join(ROOT, 'test', 'workflows', 'data', 'action-pins.tsv'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))
    .map(([action = '', tag = '', commit = '']) => [`${action}@${commit}`, tag]),
);

/** Of any file with `uses:` lines: workflows and actions. */
export function unpinned(source: string): readonly string[] {
  return [...source.matchAll(/^\s*(?:-\s+)?uses:\s*(\S+)(.*)$/gm)].flatMap(([, used = '', rest = '']) => {
    if (used.startsWith('./')) return [];
    const tag = PINS.get(used);
    if (tag === undefined) return [`${used} is no pinned commit of data/action-pins.tsv`];
    return rest === ` # ${tag}` ? [] : [`${used} must say # ${tag} behind it`];
  });
}

/** What a shell is given: an expression in it would be pasted into the program. */
const shellOf = ({ step }: ReturnType<typeof stepsOf>[number]): string => step.run ?? '';

export const pinned: Rule = ({ source }) => unpinned(source);

export const ownActions: Rule = (file) => {
  const used = [
    ...stepsOf(file).map(({ at, step }) => ({ at, uses: step.uses })),
    ...jobsOf(file).map(({ at, job }) => ({ at, uses: job.uses })),
  ];
  return used.flatMap(({ at, uses = '' }) =>
    /^\.\/\.github\/(actions\/[a-z0-9-]+|workflows\/[a-z-]+\.yml)$|^[\w-]+\/|^$/.test(uses) ? [] : [`${at}: uses ${uses}`],
  );
};

export const leastPrivilege: Rule = (file) => {
  const { workflow, source } = file;
  const top = Object.keys(workflow.permissions ?? { everything: 'write' }).length === 0 ? [] : ['permissions: {} must be on top'];
  const missing = jobsOf(file).flatMap(({ at, job }) => (job.permissions === undefined ? [`${at}: no permissions of its own`] : []));
  const granted = source.split('\n').filter((line) => /^ {6}[a-z-]+: (read|write)\b/.test(line));
  return [...top, ...missing, ...granted.filter((line) => !/ # \S.{3,}/.test(line)).map((line) => `${line.trim()}: no reason`)];
};

export const noCredentialsLeft: Rule = (file) =>
  stepsOf(file).flatMap(({ at, step }) =>
    step.uses?.startsWith('actions/checkout@') && step.with['persist-credentials'] !== false
      ? [`${at}: leaves its credentials in .git/config`]
      : [],
  );

export const noTemplateInShell: Rule = (file) =>
  stepsOf(file).flatMap((each) => (shellOf(each).includes('${{') ? [`${each.at}: an expression inside run`] : []));

export const harmlessTriggers: Rule = ({ workflow }) =>
  ['pull_request_target', 'workflow_run', 'issue_comment', 'repository_dispatch']
    .filter((name) => name in workflow.on)
    .map((name) => `starts by ${name}`);

const CACHING = /actions\/cache(@|\/)/;
export const noCache: Rule = (file) =>
  stepsOf(file).flatMap(({ at, step }) => {
    const caches = CACHING.test(step.uses ?? '') || 'cache' in step.with;
    const nodeMay = step.uses?.startsWith('actions/setup-node@') && step.with['package-manager-cache'] !== false;
    return caches || nodeMay ? [`${at}: may restore a cache`] : [];
  });

export const onlyLocked: Rule = (file) =>
  [...stepsOf(file).map(({ at, step }) => ({ at, text: `${step.run ?? ''}\n${step.with['install-command'] ?? ''}` }))].flatMap(
    ({ at, text }) => {
      const adHoc = /\b(npm (i|install|exec)\b|npx |pip install|go install|curl |wget )/.exec(text);
      const scripts = /\bnpm ci\b(?!.*--ignore-scripts)/.exec(text);
      return [adHoc, scripts].flatMap((found) => (found === null ? [] : [`${at}: ${found[0].trim()}`]));
    },
  );

export const noSecrets: Rule = ({ source }) => [...source.matchAll(/secrets\.\w+|secrets: inherit|\bsecrets:$/gm)].map(([found]) => found);

const ROLE = 'TIDEGATE_ROLE_ARN';

/** Only Tidegate's own command becomes somebody on AWS: no action, no other step and no whole job is told of a role, or holds a session. */
export const ownRole: Rule = (file) => {
  const told = stepsOf(file).filter(({ step }) => ROLE in step.env);
  const others = told.filter((each) => each.step.uses !== './.github/actions/gate' && !/^\s*node "\$TIDEGATE" /m.test(shellOf(each)));
  const named = file.source.split(`{{ vars.${ROLE}`).length - 1;
  const sessions = file.source.match(/\b(?:AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|ROLE_ARN)|role-to-assume)\b/g) ?? [];
  return [
    ...others.map(({ at }) => `${at}: is told of a role`),
    ...(named === told.length ? [] : [`a role is named in ${named} places, of which ${told.length} are the env of a step`]),
    ...sessions.map((found) => `${found}: a session that a later step could use`),
  ];
};

/** Artifacts of this run only, and what came as a job's output decides whether to believe one. */
export const ownArtifacts: Rule = (file) =>
  stepsOf(file).flatMap(({ at, step }) => {
    if (!step.uses?.startsWith('actions/download-artifact@')) return [];
    const foreign = ['run-id', 'repository', 'github-token', 'pattern', 'artifact-ids'].filter((key) => key in step.with);
    return [
      ...foreign.map((key) => `${at}: ${key}`),
      ...(typeof step.with['name'] === 'string' ? [] : [`${at}: downloads whatever there is`]),
    ];
  });

export const noEnvironmentFiles: Rule = (file) =>
  stepsOf(file).flatMap((each) =>
    /GITHUB_(ENV|PATH)\b/.test(shellOf(each)) ? [`${each.at}: writes to the environment of later steps`] : [],
  );

export const pinnedTools: Rule = (file) =>
  stepsOf(file).flatMap(({ at, step }) => {
    const keys = step.uses?.startsWith('actions/setup-node@')
      ? ['node-version']
      : step.uses?.startsWith('grafana/setup-k6-action@')
        ? ['k6-version']
        : [];
    return keys
      .filter((key) => !/^\d+\.\d+\.\d+$|^\$\{\{ inputs\.[\w-]+ \}\}$/.test(String(step.with[key])))
      .map((key) => `${at}: ${key} ${step.with[key]}`);
  });

const LONGEST_MINUTES = 240;
export const bounded: Rule = (file) =>
  jobsOf(file).flatMap(({ at, job }) => {
    if (job.uses !== undefined) return [];
    const minutes = job['timeout-minutes'];
    return minutes !== undefined && minutes <= LONGEST_MINUTES ? [] : [`${at}: may run for ${minutes ?? 360} minutes`];
  });

/** The one job that says how a run ended: it always runs, and what was skipped has shown nothing. */
export const endsInVerdict: Rule = (file) => {
  if (!Object.keys(file.workflow.on).some((name) => name !== 'workflow_call')) return [];
  const jobs = jobsOf(file);
  const last = jobs.filter(
    ({ job }) =>
      job.if === 'always()' && Object.keys(job.permissions ?? { any: 1 }).length === 0 && /\bexit 1\b/.test(job.steps[0]?.run ?? ''),
  );
  // There each job needs the one before, and nobody waits for the outcome.
  if (file.name === 'release') return [];
  return last.length === 1 ? [] : [`${last.length} jobs say how it ended, not one`];
};

export const bareConditions: Rule = (file) => {
  const conditions = [
    ...jobsOf(file).map(({ at, job }) => ({ at, if: job.if })),
    ...stepsOf(file).map(({ at, step }) => ({ at, if: step.if })),
  ];
  return conditions.flatMap(({ at, if: condition = '' }) => [
    ...(condition.includes('${{') ? [`${at}: an expression that may be a text, which is always true`] : []),
    ...(/contains\('/.test(condition) ? [`${at}: contains() of a text`] : []),
  ]);
};

/** What changes staging, production or the ledger is never cut short; only a question or an answer that nobody needs any more is. */
export const nothingCutShort: Rule = (file) => {
  const own = file.workflow.concurrency === undefined ? [] : [{ at: file.name, concurrency: file.workflow.concurrency }];
  const groups = [
    ...own,
    ...jobsOf(file).flatMap(({ at, job }) => (job.concurrency === undefined ? [] : [{ at, concurrency: job.concurrency }])),
  ];
  return groups
    .filter(({ at, concurrency }) => concurrency['cancel-in-progress'] && at !== 'pull-request' && !at.endsWith('/approve'))
    .map(({ at }) => `${at}: cut short by a newer one`);
};

export const failsInPipes: Rule = ({ workflow }) =>
  JSON.stringify(workflow.defaults) === '{"run":{"shell":"bash"}}'
    ? []
    : ['a command that fails in a pipe would go unseen: name bash in defaults'];

export const header: Rule = ({ source }) =>
  ['# PROCESS: ', '# USAGE: ', '# NOTES: ']
    .filter((part) => !source.includes(`\n${part}`) && !source.startsWith(part))
    .map((part) => `no ${part.trim()}`);
