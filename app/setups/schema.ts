import { z } from 'zod'
import { SETUP_STATES, VERDICTS } from '../../lib/states.ts'
import { AnyObject, Id, List, Name, NewName, Text } from '../http/fields.ts'
import { ComparedMetric, Comparison } from '../results/analysis-schema.ts'
import { Instant } from '../results/schema.ts'

export const SetupState = z.enum(SETUP_STATES)
export type SetupState = z.infer<typeof SetupState>

export const Verdict = z.enum(VERDICTS)
export type Verdict = z.infer<typeof Verdict>

const Better = z.enum(['higher', 'lower'])

/** A field with different values in two keys or environments. */
export const Difference = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })
export type Difference = z.infer<typeof Difference>

/**
 * A watched metric of a setup; `delta_pct` is positive for an increase, null without a reference. Of a share, such as an
 * accuracy, the changes are in points.
 */
export const SetupMetric = z.object({
  last: z.number(),
  reference: z.number().nullable(),
  delta_pct: z.number().nullable(),
  /** The smallest change that one more run would show; null while unknown. */
  noticeable_pct: z.number().nullable(),
})
export type SetupMetric = z.infer<typeof SetupMetric>

/** What must be equal for two runs to be compared, and how its runs do. */
export const Setup = z.object({
  id: z.string(),
  label: z.string(),
  model: z.string(),
  engine: z.string(),
  agent_id: z.string().nullable(),
  hardware: z.string(),
  benchmark: z.string(),
  load: z.string(),
  partial: z.boolean(),
  simulated: z.boolean(),
  runs: z.number(),
  last_at: z.string(),
  state: SetupState,
  metrics: z.record(z.string(), SetupMetric),
})
export type Setup = z.infer<typeof Setup>

/** A page of setups. `indexing`: how many of the stored results have their setups, while many have none yet. */
export const SetupPage = List(Setup).extend({
  indexing: z.object({ done: z.number(), total: z.number() }).exactOptional(),
})
export type SetupPage = z.infer<typeof SetupPage>

export const SetupQuery = z.object({
  model: Text(500).optional(),
  engine: Text(200).optional(),
  agent_id: Id.optional(),
  gpu_model: Text(300).optional(),
  benchmark: Text(200).optional(),
  state: SetupState.optional(),
  q: Text(500).optional(),
})
export type SetupQuery = z.infer<typeof SetupQuery>

/** A stretch of a series without an accepted change. `to` is null while it lasts. */
export const Segment = z.object({
  from: z.string(),
  to: z.string().nullable(),
  runs: z.number(),
  reason: z.string(),
})
export type Segment = z.infer<typeof Segment>

/** Thresholds of a watched metric: 0.03 is 3 %; of a share, such as an accuracy, 3 points. */
export const Watched = z.strictObject({
  delta: z.number().positive().max(1),
  margin: z.number().positive().max(1),
})
export type Watched = z.infer<typeof Watched>

const WATCHED_MAX = 100
/** Counted before each is checked: that takes longer than 5 ms for many long names. */
const fewNames = (watch: Record<string, unknown>) => {
  const names = Object.keys(watch)
  return names.length <= WATCHED_MAX && names.every((name) => name.length <= 200)
}

/** Which metrics are watched, and how a suspicion is confirmed. `spread_s` is the least time between its runs. */
export const Rule = z.strictObject({
  enabled: z.boolean(),
  watch: AnyObject.refine(fewNames, {
    error: `must have at most ${WATCHED_MAX} metrics, with names of at most 200 characters`,
    abort: true,
  }).pipe(z.record(Text(200).min(1), Watched)),
  confirm: z.strictObject({
    runs: z.int().min(0).max(5),
    spread_s: z.int().min(0).max(86_400),
    control: z.boolean(),
  }),
})
export type Rule = z.infer<typeof Rule>

/** What a rule has led to. `one_sided_pct`: the share of suspicions on the more frequent side. */
export const RuleHealth = z.object({
  alerts: z.number(),
  confirmed: z.number(),
  cleared: z.number(),
  false_alarms: z.number(),
  one_sided_pct: z.number().nullable(),
})
export type RuleHealth = z.infer<typeof RuleHealth>

/** `inherited`: the setup has no rule of its own. */
export const RuleView = Rule.extend({ inherited: z.boolean(), health: RuleHealth })
export type RuleView = z.infer<typeof RuleView>

export const EnvironmentSeen = z.object({
  id: z.string(),
  first_at: z.string(),
  last_at: z.string(),
  runs: z.number(),
  facts: z.record(z.string(), z.unknown()),
})
export type EnvironmentSeen = z.infer<typeof EnvironmentSeen>

export const SetupDetail = Setup.extend({
  key: z.record(z.string(), z.unknown()),
  segments: z.array(Segment),
  rule: RuleView,
  environments: z.array(EnvironmentSeen),
})
export type SetupDetail = z.infer<typeof SetupDetail>

/** `metric` repeatable; without one, the primary metrics. `until` is exclusive. */
export const SeriesQuery = z.object({
  metric: z
    .union([
      Text(200)
        .min(1)
        .transform((one) => [one]),
      z.array(Text(200).min(1)).max(20),
    ])
    .optional(),
  since: Instant.optional(),
  until: Instant.optional(),
})
export type SeriesQuery = z.infer<typeof SeriesQuery>

/** Where a series changed its level: the first run of the new one, and what is different there. */
export const Mark = z.object({
  at: z.string(),
  result_id: z.string(),
  /** Positive for an increase; of a share, in points. */
  delta_pct: z.number(),
  p: z.number(),
  differs: z.array(Difference),
})

/**
 * One metric of a setup over time: at most 10,000 points over all metrics asked for, the newest. `segment` is its place
 * in `segments`, `environment` the id of one.
 */
export const Series = z.object({
  metric: z.string(),
  unit: z.string().nullable(),
  better: Better.nullable(),
  points: z.array(
    z.object({
      result_id: z.string(),
      at: z.string(),
      value: z.number(),
      valid: z.boolean(),
      reasons: z.array(z.string()),
      segment: z.number(),
      environment: z.string(),
    }),
  ),
  segments: z.array(
    z.object({
      from: z.string(),
      to: z.string().nullable(),
      n: z.number(),
      median: z.number().nullable(),
      /** The noise band around the median. */
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
  /** Where it changed, and what changed there in the environment. */
  marks: z.array(Mark),
})
export type Series = z.infer<typeof Series>

export const SeriesAnswer = z.object({ setup_id: z.string(), series: z.array(Series) })
export type SeriesAnswer = z.infer<typeof SeriesAnswer>

/** How far two groups of runs can be compared, and the fields that differ. */
export const Comparable = z.object({
  level: z.enum(['same', 'remarks', 'not_comparable']),
  differs: z.array(Difference),
  /** In words. */
  remarks: z.array(z.string()),
})
export type Comparable = z.infer<typeof Comparable>

/** Results that can be compared with one: of the same setup, and those that can be with remarks. */
export const ComparableResults = z.object({
  setups: z.array(
    z.object({
      setup_id: z.string(),
      benchmark: z.string(),
      partial: z.boolean(),
      valid: z.boolean(),
      reasons: z.array(z.string()),
      same: z.array(z.object({ result_id: z.string(), at: z.string(), valid: z.boolean() })),
      remarks: z.array(
        z.object({ result_id: z.string(), at: z.string(), valid: z.boolean(), remarks: z.array(z.string()) }),
      ),
    }),
  ),
})
export type ComparableResults = z.infer<typeof ComparableResults>

/** The most runs of one side. */
export const GROUP_MAX = 200
const GroupSize = z.int().min(1).max(GROUP_MAX)
const GroupIds = z.array(Id).min(1).max(GROUP_MAX)

/**
 * Runs to judge: some results, a segment of a setup (by its `from`; the latest by default) or the `last` runs of it,
 * or a baseline. `last` alone: of each setup of the candidate, the runs before the candidate's first.
 */
export const Group = z.union([
  z.strictObject({ ids: GroupIds }),
  z.strictObject({ setup_id: Id, segment: Instant.optional(), last: GroupSize.optional() }),
  z.strictObject({ baseline: Name }),
  z.strictObject({ last: GroupSize }),
])
export type Group = z.infer<typeof Group>

/** `metrics`: judge these alone; p values are adjusted over them. */
export const JudgeRequest = z.strictObject({
  base: Group,
  candidate: Group,
  metrics: z.array(Text(200).min(1)).min(1).max(50).optional(),
})
export type JudgeRequest = z.infer<typeof JudgeRequest>

/** Runs of one side; the mean is geometric, `sd` that of the logarithms: 0.01 is about 1 %. Of a share, both are as they are. */
export const Side = z.object({ n: z.number(), mean: z.number().nullable(), sd: z.number().nullable() })
export type Side = z.infer<typeof Side>

/** What two groups tell of one metric. `ratio` is candidate by base; p values are two-sided. */
export const MetricVerdict = z.object({
  setup_id: z.string(),
  benchmark: z.string(),
  name: z.string(),
  unit: z.string().nullable(),
  better: Better.nullable(),
  role: z.enum(['primary', 'secondary', 'shown', 'gate']),
  base: Side,
  candidate: Side,
  ratio: z.number().nullable(),
  ci95: z.tuple([z.number(), z.number()]).nullable(),
  /** Of a share, such as an accuracy or an error rate: the difference in points, which is what is judged. */
  points: z.object({ change: z.number(), ci95: z.tuple([z.number(), z.number()]).nullable() }).nullable(),
  p: z.number().nullable(),
  p_adjusted: z.number().nullable(),
  p_rank: z.number().nullable(),
  /** Hodges and Lehmann's estimate of the ratio, which an outlier does not move; from four runs a side. */
  ratio_rank: z.number().nullable(),
  verdict: Verdict,
  margin: z.number().nullable(),
  delta: z.number().nullable(),
  more_runs: z.number().nullable(),
  noticeable_pct: z.number().nullable(),
  /** The verdict in words. */
  text: z.string(),
})
export type MetricVerdict = z.infer<typeof MetricVerdict>

export const Judgement = z.object({
  comparable: Comparable,
  /** What was judged: setups of the candidate, each with the setup of the base that it was held against. */
  setups: z.array(z.object({ setup_id: z.string(), base_id: z.string(), label: z.string() })),
  /** The results with a valid part on each side. */
  runs: z.object({ base: z.array(z.string()), candidate: z.array(z.string()) }),
  /** What changed in the environment from the last run of the base to the last of the candidate. */
  environment: z.array(Difference),
  metrics: z.array(MetricVerdict),
  /** Runs that were left out, and why. */
  left_out: z.array(z.object({ result_id: z.string(), reasons: z.array(z.string()) })),
  summary: z.object({
    verdict: Verdict,
    /** Geometric mean of the ratios over setups, by primary metric. */
    ratios: z.array(
      z.object({
        name: z.string(),
        ratio: z.number(),
        ci95: z.tuple([z.number(), z.number()]).nullable(),
        setups: z.number(),
      }),
    ),
    text: z.string(),
  }),
})
export type Judgement = z.infer<typeof Judgement>

/** A name that fits into a path and is not mistaken for `last:5` of `kitt gate`. */
export const BaselineName = NewName.refine(
  (name) => !/[/\\]|^\.+$|^last:/.test(name),
  'must not hold "/" or "\\", be only dots, or begin with "last:"',
)

/** A name for a segment of a setup (by its `from`; the latest by default), or for some results. */
export const NewBaseline = z.union([
  z.strictObject({ setup_id: Id, segment: Instant.optional(), note: Text(2000).default('') }),
  z.strictObject({ ids: GroupIds, note: Text(2000).default('') }),
])
export type NewBaseline = z.infer<typeof NewBaseline>

export const Baseline = z.object({
  name: z.string(),
  setup_id: z.string().nullable(),
  segment: z.string().nullable(),
  ids: z.array(z.string()).nullable(),
  note: z.string(),
  /** The valid runs it has now. */
  runs: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
})
export type Baseline = z.infer<typeof Baseline>

/** Runs of the same setups on one version of the engine, which count together; no setups where none is known. */
export const RunGroup = z.object({
  ids: z.array(z.string()),
  setup_ids: z.array(z.string()),
  engine_version: z.string().nullable(),
})
export type RunGroup = z.infer<typeof RunGroup>

/** Results side by side, and what they tell: `verdict` by result id against the first; null where there is none. */
export const JudgedComparison = Comparison.extend({
  comparable: Comparable,
  /** The results by setup and version of the engine, that of the first result first. */
  groups: z.array(RunGroup),
  metrics: z.array(ComparedMetric.extend({ verdict: z.record(z.string(), Verdict.nullable()) })),
})
export type JudgedComparison = z.infer<typeof JudgedComparison>
