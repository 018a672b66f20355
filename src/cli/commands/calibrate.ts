import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { calibrate, type Task } from '../../calibration/calibration';
import { powerChart } from '../../calibration/chart';
import { judgeRecorded } from '../../calibration/recorded';
import { recordedText } from '../../calibration/recorded-words';
import type { Steps } from '../../calibration/steps';
import { calibrationText } from '../../calibration/words';
import { EXIT } from '../../contract';
import { canonicalJson } from '../../gates/canonical';
import type { LeakGate } from '../../gates/policy/gate';
import { gatesOf } from '../../gates/policy/resolve';
import { TARGETS } from '../../gates/vocabulary';
import { ConfigurationError } from '../../pipeline/errors';
import type { CommandContext, Done } from '../context';
import { DEFAULT_POLICY, type LoadedPolicy, loadPolicy, stagesFor } from '../policy-file';
import { readRecorded } from '../recorded-files';

const MOST_TRIALS = 1_000_000;

interface CalibrateOptions {
  readonly policy: string;
  readonly trials: number;
  readonly seed: number;
  readonly recorded?: string;
  readonly chart?: string;
  readonly json?: boolean;
}

export function addCalibrate(program: Command, context: CommandContext, done: Done): void {
  program
    .command('calibrate')
    .description("how often the policy's gates are wrong: on simulated healthy soaks and runs, or on recorded series")
    .option('--policy <file>', 'the gates', DEFAULT_POLICY)
    .option('--trials <count>', 'soaks and runs per row; windows in all where series are recorded', wholeNumber(1, MOST_TRIALS), 10_000)
    .option('--seed <number>', 'the same seed gives the same numbers', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--recorded <dir>', 'judge windows of recorded series: CSV files (timestamp,value) and anomaly-windows.json')
    .option('--chart <file>', 'write the detection curve as SVG')
    .option('--json', 'print the rates as JSON on stdout')
    .action(async (options: CalibrateOptions) => {
      if (options.recorded !== undefined && options.chart !== undefined)
        throw new ConfigurationError('--chart draws the detection curve of the noise models, which --recorded does not compute');
      const loaded = await loadPolicy(context.root, options.policy);
      const text =
        options.recorded === undefined ? await fromModels(context, loaded, options) : await fromRecorded(context, loaded, options);
      context.stdout.write(text);
      done(EXIT.ok);
    });
}

async function fromModels(context: CommandContext, loaded: LoadedPolicy, options: CalibrateOptions): Promise<string> {
  const calibration = await run(context, calibrate(taskOf(loaded, options)));
  if (options.chart !== undefined) await writeFile(resolve(context.root, options.chart), powerChart(calibration));
  return options.json ? canonicalJson(calibration) : calibrationText(calibration);
}

/** Step by step, so that Ctrl-C is heard between them. */
async function run<T>({ stderr, signal }: CommandContext, steps: Steps<T>): Promise<T> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (step.value !== null) stderr.write(`calibrating: ${step.value}\n`);
    await setImmediate();
    signal.throwIfAborted();
  }
}

async function fromRecorded(context: CommandContext, loaded: LoadedPolicy, options: CalibrateOptions): Promise<string> {
  const name = options.recorded ?? '';
  const { series, notes } = await readRecorded(resolve(context.root, name), name);
  for (const note of notes) context.stderr.write(`${note}\n`);
  const gate = leakGateOf(loaded);
  const { trials, seed } = options;
  const recorded = await run(context, judgeRecorded({ gate, policy: loaded.policy, trials, seed }, series));
  if (recorded === null)
    throw new ConfigurationError(`${name}: no window of 12, 24 or 36 datapoints without a gap lies outside of the labelled spans`);
  const { id, growthFloor, confidence } = gate;
  const whole = { schemaVersion: 1, kind: 'recorded', trials, seed, gate: { id, growthFloor, confidence }, ...recorded };
  return options.json ? canonicalJson(whole) : recordedText(recorded, gate);
}

function taskOf(loaded: LoadedPolicy, { trials, seed }: CalibrateOptions): Task {
  const { policy } = loaded;
  const { profile } = policy.promotion;
  // Where the policy has AWS, promotion is decided there, in periods of a minute.
  const target = TARGETS.findLast((each) => policy.targets[each] !== undefined) ?? 'twin';
  const stages = stagesFor(loaded, profile, target);
  const periodMs = policy.targets[target]?.period ?? 60_000;
  return { gate: leakGateOf(loaded), policy, trials, seed, profile, run: { policy, stages, periodMs } };
}

function leakGateOf({ policy }: LoadedPolicy): LeakGate {
  const gate = (['soak', 'spike', 'smoke', 'failover', 'canary'] as const)
    .flatMap((stage) => gatesOf(policy, stage))
    .find((each) => each.judge === 'leak');
  if (gate === undefined)
    throw new ConfigurationError('the policy has no gate with `judge: leak` that is not disabled: nothing to calibrate');
  return gate;
}

function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
    return value;
  };
}
