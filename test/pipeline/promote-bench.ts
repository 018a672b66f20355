import { evaluate } from '../../src/gates/evaluate';
import type { Evidence, StageEvidence } from '../../src/gates/evidence-schema';
import type { Policy } from '../../src/gates/policy/policy';
import { resolveStage } from '../../src/gates/policy/resolve';
import type { GateReport } from '../../src/gates/report-schema';
import type { LedgerEntry, NewEntry } from '../../src/ledger/entry';
import type { Ledger } from '../../src/ledger/ledger';
import type { DeliveryAsk } from '../../src/pipeline/delivery-ask';
import { newEntry } from '../../src/pipeline/production';
import { promote } from '../../src/pipeline/promote';
import { runStage } from '../../src/pipeline/run-stage';
import type { Target } from '../../src/targets/target';
import { buildEvidence, buildStage, editSeries, GOOD, NOW, policyOf } from '../gates/builders';
import { COMMIT } from './delivery-bench';
import { fakeTarget, NEW, OLD, RELEASE } from './fake-target';

/** The test that uses this mocks `run-stage`: what the canary saw is what it says. */
const ran = jest.mocked(runStage);

const { policy: shipped, digest } = policyOf();
/** Without a hotfix lane. */
export const policy: Policy = { ...shipped, promotion: { ...shipped.promotion, hotfix: undefined } };
export const DAY = 24 * 3600 * 1000;

/** A ledger in memory; `fail` names a kind of event that cannot be written. */
export function memoryLedger(fail?: string): Ledger & { readonly entries: LedgerEntry[] } {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    read: async () => entries,
    async append(entry: NewEntry, check?: Parameters<Ledger['append']>[1]) {
      check?.(entries);
      if (entry.event.kind === fail) throw new Error('disk full');
      const whole = { schemaVersion: 1 as const, sequence: entries.length + 1, previous: null, ...entry };
      entries.push(whole);
      return whole;
    },
  };
}

export function reportOf(evidence = buildEvidence()): GateReport {
  const report = evaluate({ evidence, policy: shipped, policyDigest: digest, toolVersion: '0' });
  return { ...report, release: { ...report.release, digest: NEW, commit: RELEASE.commit } };
}

export const canary = buildStage('canary', GOOD, { policy: shipped, profile: 'quick', start: NOW.getTime() });
export const failing = editSeries(canary, 'lambda.errors', (series) => ({ ...series, points: series.points.map(([at]) => [at, 20]) }));

export async function attempt(
  given: {
    ledger?: ReturnType<typeof memoryLedger>;
    target?: Target;
    during?: () => Promise<unknown>;
    seen?: StageEvidence;
    delivery?: DeliveryAsk;
    under?: Policy;
    evidence?: Evidence;
  } = {},
) {
  const ledger = given.ledger ?? memoryLedger();
  if (ledger.entries.length === 0)
    await ledger.append(newEntry('twin', { digest: OLD, commit: 'c0' }, { kind: 'installation', reason: 'first' }));
  ran.mockImplementation(async () => {
    await given.during?.();
    return given.seen ?? canary;
  });
  const resolved = resolveStage(policy, 'canary', 'quick');
  if (!resolved.ok) throw new Error(resolved.problem);
  // Where people are asked the commit must be one that they can look at.
  const release = given.delivery === undefined ? RELEASE : { ...RELEASE, commit: COMMIT };
  const record = (report: GateReport) =>
    ledger.append(
      newEntry('twin', release, { kind: 'gate-report', report: { ...report, release: { ...report.release, commit: release.commit } } }),
    );
  const evidence = given.evidence ?? buildEvidence();
  const outcome = promote({
    target: given.target ?? fakeTarget(),
    policy: given.under ?? policy,
    profile: 'quick',
    delivery: given.delivery ?? null,
    outdated: null,
    release,
    stage: resolved.value,
    workspace: { directory: '', ledger, objects: { put: async () => NEW, path: async () => '' }, close: async () => undefined },
    settings: { periodMs: 5000, pollMs: 10, deadlineMs: 100, floorDeadlineMs: 100 },
    k6: 'k6',
    root: '.',
    directory: '.',
    signal: new AbortController().signal,
    listener: () => undefined,
    record: async () => void (await record(reportOf(evidence))),
    recordCanary: async (stage) =>
      void (await record(
        reportOf({ ...evidence, plannedStages: [...evidence.plannedStages, 'canary'], stages: [...evidence.stages, stage] }),
      )),
  });
  return { ledger, outcome, promotion: outcome.then(({ promotion }) => promotion) };
}

/** The first answer once, the second from then on. */
export function once<T>(first: () => T, then: () => T): () => T {
  let asked = 0;
  return () => {
    asked += 1;
    return asked === 1 ? first() : then();
  };
}

export const kinds = (ledger: ReturnType<typeof memoryLedger>) => ledger.entries.map(({ event }) => event.kind);
