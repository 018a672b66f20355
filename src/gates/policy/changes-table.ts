import { formatNumber, formatPercent } from '../format';
import { PROFILES, type ProfileName } from '../vocabulary';
import {
  admits,
  type Direction,
  duration,
  either,
  lessLoosens,
  limits,
  type Measure,
  moreLoosens,
  onceSet,
  type Rule,
  SCALES,
  words,
} from './changes-rule';
import type { PolicyGate } from './gate';
import type { Policy } from './policy';
import type { FailoverLoad, PolicyStages, SpikeLoad, SteadyLoad } from './stage';

/** A part of the policy with keys of its own. */
interface Branch<Value> {
  /** What it does that the part as a whole is there. */
  readonly added: Direction;
  readonly keys: Table<Value>;
}
type NodeOf<Value> = [Value] extends [object] ? Rule<Value> | Branch<Value> : Rule<Value>;
/** Each key of a part has its rule: a key that the schema gains does not compile without one. */
type Table<Value> = { readonly [Key in keyof Value]-?: NodeOf<NonNullable<Value[Key]>> };
/** Any rule or part, as it is found by its name. */
export type Node = Rule | { readonly added: Direction; readonly keys: Readonly<Record<string, Node>> };

type KeyOf<Union> = Union extends unknown ? keyof Union : never;
type ValueOf<Union, Key> = Union extends { readonly [K in Key & PropertyKey]?: infer Value } ? Value : never;
type Merged<Union> = { readonly [Key in KeyOf<Union>]?: ValueOf<Union, Key> | undefined };

/** A gate with the defaults that count for it, and its limits in the unit of what it measures. */
export type EffectiveGate = Omit<Merged<PolicyGate>, 'id' | 'of' | 'max' | 'warn' | 'maxIncreaseAbsolute'> & {
  readonly of: string;
  readonly max?: Measure | undefined;
  readonly warn?: Measure | undefined;
  readonly maxIncreaseAbsolute?: Measure | undefined;
};

const text = either<string>(String);
const count = either<number>(formatNumber);
const time = either<number>(duration);
const share = moreLoosens(SCALES.fraction);
const number = moreLoosens(SCALES.number);
/** One is needed where none is demanded. */
const demanded = lessLoosens({ ...SCALES.number, unset: 1 });
const longer = moreLoosens(SCALES.milliseconds);
const shorter = lessLoosens(SCALES.milliseconds);
/** The parts of a place: a stack, a bucket, or identities. */
const place = either<Readonly<Record<string, string>>>((value) => Object.values(value).join(' / '));

export const GATE_TABLE: Table<EffectiveGate> = {
  judge: text,
  of: text,
  route: text,
  mode: words(['enforce', 'observe'], 'enforce'),
  until: moreLoosens({ rank: Date.parse, show: String, unset: Number.NEGATIVE_INFINITY }),
  disabled: onceSet('loosened', String),
  max: limits(),
  warn: limits(),
  maxIncrease: share,
  maxIncreaseAbsolute: limits(),
  // Only what lasts fails; only a stretch of the window fails.
  for: moreLoosens({ ...SCALES.milliseconds, unset: 0 }),
  within: either(duration),
  minRequests: demanded,
  minDatapoints: demanded,
  // Surer is blinder: what would have failed is undecided (a proportion) or not seen (a leak).
  confidence: share,
  growthFloor: share,
  growthFloorAbsolute: number,
  maxPerEnvironment: number,
  tolerance: share,
  toleranceAbsolute: longer,
};

const load: Table<SteadyLoad & FailoverLoad & SpikeLoad> = {
  rate: lessLoosens(SCALES.perSecond),
  duration: shorter,
  rampUp: longer,
  requestTimeout: longer,
  // A lower baseline makes a steeper spike of another; environments that are awake are load too; generators only share it.
  baselineRate: either(SCALES.perSecond.show),
  before: time,
  after: time,
  rampDown: time,
  warm: either(formatNumber, 0),
  segments: either(formatNumber, 1),
  failoverAfter: time,
};

function perProfile<Part>(part: Part): Readonly<Record<ProfileName, Part>> {
  return Object.fromEntries(PROFILES.map((profile) => [profile, part])) as Record<ProfileName, Part>;
}

type StageKeys = Omit<Merged<NonNullable<PolicyStages[keyof PolicyStages]>>, 'gates'>;

export const STAGE_TABLE: Table<StageKeys> = {
  script: text,
  load: { added: 'tightened', keys: perProfile({ added: 'tightened' as const, keys: load }) },
  // Less is fewer environments to leak from, and more throttling.
  reservedConcurrency: count,
  // The last period decides: a longer wait gives connections more time to close, a shorter one sees less.
  observeAfter: { added: 'tightened', keys: perProfile(time) },
  // A smaller share risks less and shows less.
  weight: either(formatPercent),
  maxWait: { added: 'changed', keys: perProfile(time) },
  onInconclusive: words(['roll-back', 'hold'], 'roll-back'),
};

const settle = { added: 'changed', keys: { poll: time, deadline: time, floorDeadline: time } } as const;

/** All but the stages. What `defaults` say is seen at the gates that they count for. */
export const POLICY_TABLE: Table<Omit<Policy, 'version' | 'defaults' | 'stages'>> = {
  release: {
    added: 'changed',
    keys: {
      entry: text,
      env: either((env) =>
        Object.entries(env)
          .map(([name, value]) => `${name}=${value}`)
          .join(', '),
      ),
    },
  },
  deploy: { added: 'changed', keys: { command: text, timeout: time } },
  // Without it no load is refused for a platform that was failing.
  control: { added: 'tightened', keys: { route: text } },
  targets: {
    added: 'changed',
    keys: {
      twin: { added: 'changed', keys: { period: time, settle } },
      aws: {
        added: 'changed',
        keys: {
          region: text,
          account: onceSet('tightened', String),
          period: time,
          settle,
          staging: place,
          production: place,
          ledger: place,
        },
      },
    },
  },
  // Older evidence is less like what runs now; less of it leaves nothing to compare with.
  baseline: { added: 'tightened', keys: { maxAge: time } },
  production: { added: 'changed', keys: { peakConcurrency: demanded, cacheMaxConnectionsPerNode: number } },
  promotion: {
    added: 'changed',
    keys: {
      profile: text,
      maxEvidenceAge: longer,
      approval: text,
      approverMayBeAuthor: moreLoosens({ rank: Number, show: String, unset: 0 }),
      approvers: admits(),
      hotfix: { added: 'loosened', keys: { profile: text } },
    },
  },
};
