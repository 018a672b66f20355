import { check } from 'k6';
import type { Options } from 'k6/options';
import { currentCredentials } from './credentials.ts';
import { instrument } from './requests.ts';
import { constantPlan, loadFrom, optionsFor } from './shapes.ts';
import { arrive, type Run, waitForStart, waitMs } from './start.ts';

/** A k6 script of somebody who knows nothing of Tidegate: a default function that reads BASE_URL, run with the load of the policy. */

/** What such a script exports. */
export interface PlainScript {
  readonly default: (data: unknown) => unknown;
  readonly setup?: () => unknown;
  readonly teardown?: (data: unknown) => unknown;
  readonly options?: Options;
}

/** What the entry that is generated around it exports. */
export interface PlainRun {
  readonly options: Options;
  readonly setup: () => Promise<Started>;
  readonly teardown: (started: Started) => Promise<void>;
  readonly wake: (started: Started) => Promise<void>;
  readonly iterate: (started: Started) => Promise<void>;
}

interface Started extends Run {
  /** What the script's own setup returned. */
  readonly data: unknown;
}

/** Options of the script that are none of the load's business; how much load there is and when is the policy's. */
const KEPT = ['thresholds', 'tags', 'userAgent', 'hosts', 'dns', 'tlsAuth', 'tlsVersion', 'insecureSkipTLSVerify', 'maxRedirects'] as const;

/** @throws Error when BASE_URL is not given */
export function plainRun(script: PlainScript): PlainRun {
  const load = loadFrom(__ENV, constantPlan('smoke', 5, 5000));
  instrument(load);
  const ready = async () => {
    if (load.signingRegion !== null) await currentCredentials(Date.now());
  };
  const once = async (data: unknown) => {
    await ready();
    try {
      await script.default(data);
    } catch (error) {
      // k6 ends an iteration that throws and counts nothing: here it is a check that failed.
      check(null, { 'the script ran to its end': () => false });
      throw error;
    }
  };
  return {
    options: { ...kept(script.options ?? {}), ...optionsFor(load.plan, waitMs(load), load.generators) },
    async setup() {
      await ready();
      const data = await script.setup?.();
      return { ...(await waitForStart(load)), data };
    },
    async teardown({ data }) {
      await ready();
      await script.teardown?.(data);
    },
    wake: ({ data }) => once(data),
    async iterate({ data }) {
      arrive(load);
      await once(data);
    },
  };
}

function kept(options: Options): Options {
  return Object.fromEntries(KEPT.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}
