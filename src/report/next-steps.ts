import type { ReasonCode } from '../gates/reasons';

/** What a person does next, per reason code. Null where there is nothing to do. */
export const NEXT_STEPS: Readonly<Record<ReasonCode, string | null>> = {
  'all-gates-passed': null,
  'within-limit': null,
  'no-leak': null,
  'returned-to-floor': null,
  recovered: null,
  'within-capacity': null,
  'no-worse-than-baseline': null,
  'within-absolute-limit': null,
  'load-applied': null,

  'gates-failed': 'Start with the first failed gate below; the others often follow from it.',
  'above-limit': 'Compare the chart with the load: a value that follows the request rate is caused per request.',
  'leak-trend':
    'Share one client per execution environment, created outside the handler; look for clients that are opened per invocation and never closed.',
  'leak-against-baseline':
    'The release before did not grow under the same load: look at what this one changed in how connections are opened and closed.',
  'worse-than-baseline': 'Compare with the last release that was promoted with passing gates: the change is between the two.',
  'leak-level':
    'Share one client per execution environment or bound the pool; count what a single environment opens. A pool that is meant to be larger than `maxPerEnvironment` looks the same: then raise the limit.',
  'not-returned':
    'Look for clients that outlive their invocation: every client that is opened needs one owner that closes it, on the error path too.',
  'not-recovered': 'Look at what still holds after the spike: queues, retries without a limit, connections that are not closed.',
  'over-capacity': 'Lower the connections per environment (one multiplexed client, a smaller pool) or the function’s reserved concurrency.',

  'metric-missing': 'Check that the metric exists under these dimensions; for an embedded metric, that the release publishes it.',
  'partial-data': 'Read the metrics again with `tidegate gate --collect-only`; no new load is needed.',
  'query-forbidden': 'Give the qualifying role `cloudwatch:GetMetricData` on this account and region.',
  'query-error': 'Read the metrics again with `tidegate gate --collect-only`; if it persists, CloudWatch is having trouble.',
  'metrics-late': 'Read the metrics again with `tidegate gate --collect-only` when CloudWatch has caught up, or raise `settle.deadline`.',
  'bad-data': 'Look at the datapoints in the evidence: the source delivered values that no series may hold.',
  'too-few-datapoints': 'Lengthen the stage or shorten the period, so that the window holds enough datapoints.',
  'too-few-requests': 'Raise the rate or the duration of the stage until n is large enough for the limit.',
  'undecided-proportion': 'Lengthen the stage: more requests narrow the interval around the proportion.',
  'undecided-baseline': 'Lengthen the stage: more datapoints tell a difference from noise.',
  'baseline-missing':
    'Give the gate an absolute `max`, which holds without a baseline, or set the gate aside once (`tidegate override`): the release that is promoted then becomes the baseline.',
  'baseline-too-short': 'Qualify the release that production runs again under this profile, or lengthen the stage.',
  'load-not-applied': 'Run again on a quieter or larger machine; the load generator, not the release, was the limit.',
  'load-tool-failed': 'Read the output of k6 beside this report, then run again.',
  'floor-not-settled': 'Find out who else talks to this cache; wait until its connections are stable, then run again.',
  'floor-moved': 'Find out which other client left this cache during the load, then run again.',
  'foreign-connections':
    'Find out who else holds connections to this cache, and give the release a cache of its own or an hour without them; then run again.',
  'node-set-changed': 'Run again when the replication group is stable; a failover or a resize came in between.',
  'target-failed': 'Read the logs of the tier beside this report; the platform broke, so the release was not judged.',
  'stopped-early': 'Mend what failed and run again; `--no-early-stop` applies the whole load, for whoever wants to see all of it.',
  'deploy-failed': 'Read the deployment’s error; the release never served.',
  'no-gate':
    'Enforce a gate in the stage, or remove the stage from the policy; then run the gates again, so that the evidence is of today’s stages.',
  'not-run': 'Find out why the stage did not run, usually because an earlier one ended the run.',
  aborted: 'Run again: somebody stopped this run before it was complete.',
  'gates-inconclusive': 'Start with the first gate without a verdict below; no verdict is never a pass.',
};

/** The first step for a gate or report; null when it passed. */
export function nextStep(reason: ReasonCode): string | null {
  return NEXT_STEPS[reason];
}
