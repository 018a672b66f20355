import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DEPLOYMENT_ENVIRONMENTS, EXIT } from '../../contract';
import { comparePolicies, type PolicyComparison } from '../../gates/policy/changes-of-texts';
import { unknownName } from '../../gates/suggest';
import { MIB, readBounded } from '../../pipeline/bounded-file';
import { JOB_ENDS, JOBS, type JobEnds } from '../../pipeline/concluded';
import { ConfigurationError } from '../../pipeline/errors';
import { type Publication, type PublishRequest, publish } from '../../pipeline/publish';
import { PUBLISH_STATES, type PublishState } from '../../pipeline/publish-content';
import { type PublishingConnection, publishingConnection } from '../../pipeline/publish-github';
import { toolVersion } from '../../pipeline/tool-version';
import { warningAnnotation } from '../../report/annotations';
import type { ApprovalWay } from '../../report/delivery';
import { logged } from '../../report/escape';
import type { ReportLink } from '../../report/links';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, loadPolicy, profileNamed, targetNamed } from '../policy-file';

interface PublishOptions {
  readonly from: string;
  readonly state: string;
  readonly workflow: string;
  readonly tier: string;
  readonly pullRequest?: string;
  readonly commit?: string;
  readonly base?: string;
  readonly links: readonly string[];
  readonly detail?: string;
  readonly target?: string;
  readonly profile?: string;
  readonly comment: boolean;
  readonly batch?: boolean;
  readonly jobs?: string;
  readonly pinned?: string;
  readonly annotate: boolean;
  readonly policy: string;
  readonly policyBase?: string;
  readonly policyHead?: string;
  readonly hotfix?: string;
  readonly hotfixReason?: string;
  readonly hotfixQualified?: boolean;
  readonly json?: boolean;
}

type Connect = (environment: NodeJS.ProcessEnv, version: string) => PublishingConnection;

export function addPublish(program: Command, context: CommandContext, done: Done, connect: Connect = publishingConnection): void {
  program
    .command('publish')
    .description(
      'put a run where people read it on GitHub: job summary, annotations, one comment per pull request. What GitHub refuses is a warning',
    )
    .option('--from <dir>', 'the report directory; believed in nothing but its shape', 'tidegate-report')
    .option('--state <name>', `one of ${PUBLISH_STATES.join(', ')}`, 'report')
    .option('--workflow <name>', 'which of our comments is meant: its workflow', 'pipeline')
    .option('--tier <name>', 'and its tier', 'staging')
    .option('--pull-request <number>', 'whose comment (default: that of the event, else those of the commit)')
    .option('--commit <sha>', 'what the report is about (default: the commit of the run)')
    .option('--base <sha>', 'with --batch: what production ran before (default: its latest deployment on GitHub)')
    .option('--links <label=url...>', 'where more can be read; https only', [])
    .option('--detail <text>', 'one sentence on this state')
    .option('--target <name>', 'before there is a report: where staging is')
    .option('--profile <name>', 'before there is a report: how long and hard the stages are')
    .option('--no-comment', 'job summary and annotations only, as for the pull request of a fork')
    .option('--batch', 'point every pull request since what production runs to this candidate')
    .option('--jobs <name=end,...>', `with --state concluded: how ${JOBS.join(', ')} ended (${JOB_ENDS.join(', ')})`)
    .option('--pinned <commit or digest>', 'with --state concluded: the only candidate that may go out')
    .option('--no-annotate', 'no annotations of the gates: an earlier job of the run has shown them')
    .option('--policy <file>', 'how people approve here', DEFAULT_POLICY)
    .option('--policy-base <file>', 'with --policy-head: tell in a comment of its own what is loosened')
    .option('--policy-head <file>', "the pull request's policy; data, like the report")
    .option('--hotfix <branch>', 'the candidate came by the short lane, from this branch')
    .option('--hotfix-reason <text>', 'and why')
    .option('--hotfix-qualified', 'its full qualification has been appended')
    .option('--json', 'print what was published as JSON on stdout')
    .action(async (options: PublishOptions) => {
      const { github, inPullRequest, summarize, warnings } = connect(process.env, toolVersion(context.home));
      const commit = options.commit ?? github?.run.commit ?? 'unknown';
      const publication = await publish({
        ...(await requestOf(context, options)),
        github,
        commit,
        origin: inPullRequest ? 'pull-request' : 'delivery',
        hotfix: hotfixOf(options, github?.run.actor ?? 'unknown'),
      });
      const all = [...warnings, ...publication.warnings];
      if (publication.summary !== null && !summarize(publication.summary))
        all.push('The job summary was full: the report is in the artifact only.');
      tell(context, options, publication, all);
      done(EXIT.ok);
    });
}

async function requestOf(
  context: CommandContext,
  options: PublishOptions,
): Promise<Omit<PublishRequest, 'github' | 'commit' | 'origin' | 'hotfix'>> {
  return {
    state: stateNamed(options.state),
    directory: resolve(context.root, options.from),
    target: options.target === undefined ? null : targetNamed(options.target),
    profile: options.profile === undefined ? null : profileNamed(options.profile),
    detail: options.detail ?? null,
    now: new Date(),
    name: { workflow: options.workflow, tier: options.tier },
    pull: numberOf(options.pullRequest),
    base: options.base === undefined || options.base === '' ? null : options.base,
    jobs: jobsOf(options.jobs ?? ''),
    pinned: (options.pinned ?? '').trim(),
    annotate: options.annotate,
    links: options.links.map(linkOf),
    comment: options.comment,
    batch: options.batch === true,
    approval: await approvalOf(context, options.policy),
    policy: await policyOf(context, options),
  };
}

function stateNamed(name: string): PublishState {
  const found = PUBLISH_STATES.find((each) => each === name);
  if (found === undefined) throw new ConfigurationError(unknownName('state', name, PUBLISH_STATES));
  return found;
}

function numberOf(text: string | undefined): number | null {
  // A workflow passes on what its event has, which may be nothing.
  if (text === undefined || text === '') return null;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new ConfigurationError(`--pull-request ${text}: expected the number of a pull request`);
  return Number(text);
}

/** A job that did not come to its turn has no word behind its name. */
function jobsOf(text: string): JobEnds {
  const ends: Record<string, (typeof JOB_ENDS)[number]> = {};
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const [job = '', word = ''] = part.trim().split('=');
    if (!JOBS.some((each) => each === job)) throw new ConfigurationError(unknownName('job', job, JOBS));
    if (word === '') continue;
    const end = JOB_ENDS.find((each) => each === word);
    if (end === undefined) throw new ConfigurationError(unknownName('end of a job', word, JOB_ENDS));
    ends[job] = end;
  }
  return ends;
}

function linkOf(text: string): ReportLink {
  const at = text.indexOf('=');
  if (at < 1) throw new ConfigurationError(`--links ${text}: expected LABEL=URL`);
  return { label: text.slice(0, at), url: text.slice(at + 1) };
}

function hotfixOf({ hotfix, hotfixReason, hotfixQualified }: PublishOptions, who: string): PublishRequest['hotfix'] {
  if (hotfix === undefined || hotfix === '') return null;
  return { who, branch: hotfix, reason: hotfixReason ?? 'no reason was given.', qualified: hotfixQualified === true };
}

/** How to approve is told by the policy of the checkout. One that is not valid is for the gates to complain of. */
async function approvalOf({ root }: CommandContext, file: string): Promise<ApprovalWay | null> {
  const loaded = await loadPolicy(root, file, new Date(0)).catch(() => null);
  if (loaded === null) return null;
  const { approval, approvers = [] } = loaded.policy.promotion;
  return approval === 'dispatch' ? { mode: approval, approvers } : { mode: approval, environment: DEPLOYMENT_ENVIRONMENTS.approval };
}

async function policyOf({ root }: CommandContext, { policyBase, policyHead }: PublishOptions): Promise<PolicyComparison | null> {
  if (policyBase === undefined && policyHead === undefined) return null;
  if (policyBase === undefined || policyHead === undefined) throw new ConfigurationError('--policy-base and --policy-head belong together');
  const [base, head] = await Promise.all([policyBase, policyHead].map((file) => readBounded(resolve(root, file), MIB)));
  if (base === undefined || head === undefined) return null;
  if (!base.ok) return { ok: false, problem: `The base's policy ${base.problem}.` };
  if (!head.ok) return { ok: false, problem: `The head's policy ${head.problem}.` };
  return comparePolicies({ file: 'base', text: base.value }, { file: 'head', text: head.value }, new Date());
}

/** Commands to the runner go to stdout, where it reads them; with --json they go to stderr, where it reads them too. */
function tell({ stdout, stderr }: CommandContext, { json }: PublishOptions, publication: Publication, warnings: readonly string[]): void {
  const { annotations, comments, content, text } = publication;
  const commands = [...annotations, ...warnings.map((warning) => warningAnnotation('Not everything was published', warning))];
  (json ? stderr : stdout).write(commands.map((line) => `${line}\n`).join(''));
  if (json) {
    const outcome = { schemaVersion: 1, content: content.kind, comments, warnings, text };
    stdout.write(`${JSON.stringify(outcome)}\n`);
    return;
  }
  const lines = comments.map(
    ({ pull, kind, outcome, url }) => `${kind} on pull request ${pull}: ${outcome}${url === null ? '' : ` ${url}`}`,
  );
  stdout.write(logged(`${(lines.length === 0 ? ['No comment was written.'] : lines).join('\n')}\n`));
}
