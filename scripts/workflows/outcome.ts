import { z } from 'zod';
import type { ActRun } from './act';
import type { ActLog } from './act-log';
import type { GithubOutcome } from './github-process';
import type { JobEnd, Scenario } from './scenario';

const commentBody = z.object({ body: z.string() });

/** Everything that a run left behind. */
export interface Seen {
  readonly run: Pick<ActRun, 'code' | 'timedOut'>;
  readonly log: ActLog;
  readonly github: GithubOutcome;
  /** Kinds of the events in the state directory, in order. */
  readonly ledger: readonly string[];
  readonly seconds: number;
}

export interface Outcome {
  readonly name: string;
  readonly what: string;
  readonly jobs: Readonly<Record<string, JobEnd>>;
  /** What is not as it must be; empty when all is. */
  readonly wrong: readonly string[];
  readonly seconds: number;
}

/** @returns what was expected beside what was seen, in sentences. */
export function outcomeOf({ name, what, expected }: Scenario, seen: Seen): Outcome {
  const { run, log, github, ledger, seconds } = seen;
  const jobs = { ...Object.fromEntries(Object.keys(expected.jobs).map((job) => [job, 'skipped' as const])), ...log.jobs };
  const red = Object.values(expected.jobs).includes('failure');
  const wrong = [
    ...(run.timedOut ? ['it did not end in time'] : []),
    ...(run.code === (red ? 1 : 0) ? [] : [`act ended with ${run.code}`]),
    ...Object.entries(expected.jobs)
      .filter(([job, end]) => jobs[job] !== end)
      .map(([job, end]) => `${job} must end as ${end} and was ${jobs[job]}`),
    ...missing('the summary', log.summaries.join('\n'), expected.summary),
    ...commentsWrong(expected.comment, github),
    ...neverSaid(expected.said ?? [], github),
    ...(expected.ledger?.has ?? []).filter((kind) => !ledger.includes(kind)).map((kind) => `the ledger holds no ${kind}`),
    ...(expected.ledger?.lacks ?? []).filter((kind) => ledger.includes(kind)).map((kind) => `the ledger holds a ${kind}`),
    ...github.problems.map((problem) => `GitHub: ${problem}`),
  ];
  return { name, what, jobs, wrong, seconds };
}

function commentsWrong(expected: readonly RegExp[] | null, { comments, requests }: GithubOutcome): readonly string[] {
  const posted = Object.values(comments).flat();
  if (expected === null) {
    const tried = requests.filter(({ method, path }) => method !== 'GET' && path.includes('/comments'));
    return [...posted.map(() => 'a comment was posted'), ...tried.map(({ method, path }) => `a comment was tried: ${method} ${path}`)];
  }
  const [comment, ...more] = posted;
  if (comment === undefined) return ['no comment was posted'];
  return [...(more.length === 0 ? [] : [`${posted.length} comments were posted`]), ...missing('the comment', comment.body, expected)];
}

/** Of all that was ever posted: a state that the next one has wiped out was there to be read. */
function neverSaid(patterns: readonly RegExp[], { requests }: GithubOutcome): readonly string[] {
  const texts = requests.flatMap(({ method, path, body }) => {
    const posted = method !== 'GET' && path.includes('/comments') ? commentBody.safeParse(body) : null;
    return posted?.success === true ? [posted.data.body] : [];
  });
  let from = 0;
  return patterns.flatMap((pattern) => {
    const at = texts.findIndex((text, i) => i >= from && pattern.test(text));
    if (at < 0) return [`no comment said ${pattern} in its turn`];
    from = at + 1;
    return [];
  });
}

function missing(where: string, text: string, patterns: readonly RegExp[]): readonly string[] {
  return patterns.filter((pattern) => !pattern.test(text)).map((pattern) => `${where} lacks ${pattern}`);
}
