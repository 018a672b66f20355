import { join } from 'node:path';
import type { Baseline } from '../../gates/baseline';
import type { ResolvedStage } from '../../gates/policy/resolve';
import type { ProfileName, Tier } from '../../gates/vocabulary';
import { comparedWith } from '../../pipeline/baseline';
import { type Judged, judgeRun } from '../../pipeline/judge-run';
import { readParts, stageFromParts } from '../../pipeline/load-parts';
import { type Qualification, qualify } from '../../pipeline/qualify';
import { metricSettings } from '../../pipeline/settings';
import { toolVersion } from '../../pipeline/tool-version';
import type { CommandContext } from '../context';
import type { LoadedPolicy } from '../policy-file';
import { progressTo } from '../progress';
import { clearReportFiles, K6_DIRECTORY } from '../report-files';
import type { GateRun } from './gate-run';

export interface StagesRequest {
  readonly tier: Tier;
  readonly profile: ProfileName;
  readonly policy: LoadedPolicy;
  readonly stages: readonly ResolvedStage[];
  readonly out: string;
  readonly earlyStop: boolean;
  /** Directory with the load of the only stage, made elsewhere; null when it is made here. */
  readonly parts: string | null;
  /** What the command line gave to compare with; null leaves it to the run to find one. */
  readonly given: Baseline | null;
}

/** Runs stages on a tier and judges them. */
export async function judgeStages(context: CommandContext, run: GateRun, request: StagesRequest): Promise<Judged> {
  const { tier, profile, stages, out } = request;
  const { policy, digest: policyDigest } = request.policy;
  const { target, release } = run;
  const loadParts = request.parts === null ? null : await readParts(request.parts);
  await clearReportFiles(out);
  const startedAt = Date.now();
  const common = {
    target,
    tier,
    policy,
    settings: metricSettings(policy, target.name),
    k6: loadParts === null ? run.k6() : '',
    root: context.root,
    directory: join(out, K6_DIRECTORY),
    signal: context.signal,
    listener: progressTo(context.stderr),
  };
  const asked = { target: target.name, profile, digest: release.digest };
  const baseline = request.given ?? (await run.baselineFor(asked));
  const compared = comparedWith(baseline, policy, { ...asked, release });
  const [first] = stages;
  const { stages: evidence, fault }: Qualification =
    loadParts === null || first === undefined
      ? await qualify({ ...common, stages, compared, earlyStop: request.earlyStop, deploy: run.deploy })
      : {
          stages: [
            await stageFromParts({ ...common, stage: first, attempt: 1, quietSince: 0, description: await run.deploy() }, loadParts),
          ],
          fault: null,
        };
  const { environmentsStarted } = await target.facts(tier);
  const facts = { target: target.name, release, policy, policyDigest, profile, toolVersion: toolVersion(context.home), baseline, fault };
  return judgeRun(
    { ...facts, startedAt, finishedAt: Date.now(), environmentsStarted },
    stages.map(({ name }) => name),
    evidence,
  );
}
