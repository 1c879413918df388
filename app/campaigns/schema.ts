import { z } from 'zod'
import { CAMPAIGN_STATES } from '../../lib/states.ts'
import { EngineMode, EngineName } from '../engines/registry.ts'
import { Argument, Id, NewName, Options, Text } from '../http/fields.ts'
import { Progress, TestStatus } from '../quicktests/schema.ts'

export const CampaignStatus = z.enum(CAMPAIGN_STATES)
export type CampaignStatus = z.infer<typeof CampaignStatus>

/** The maximum of models × engines × benchmarks. */
export const MAX_CELLS = 1000

const CampaignModel = z.looseObject({
  name: Argument(500),
  /** The path on the agents; its name by default. */
  path: Argument(1000).nullish(),
})
const CampaignEngine = z.looseObject({
  name: EngineName,
  /** The profile's or the engine's mode by default. */
  mode: EngineMode.nullish(),
  profile_id: Id.nullish(),
})

/** One run by itself, beside the matrix, with its own options and agent. */
const SingleRun = z.looseObject({
  model: Argument(500),
  /** The path on the agent; the model's name by default. */
  model_path: Argument(1000).nullish(),
  engine: EngineName,
  mode: EngineMode.nullish(),
  profile_id: Id.nullish(),
  benchmark: Argument(100).default('throughput'),
  /** The campaign's suite by default. */
  suite_name: Argument(100).optional(),
  /** Instead of the campaign's options. */
  options: Options.nullish(),
  /** Instead of the campaign's agents. */
  agent_id: Id.nullish(),
})
export type SingleRun = z.infer<typeof SingleRun>

/**
 * The matrix models × engines × benchmarks with single runs beside it, and how to run them. Unknown keys are kept.
 * @example { models: [{ name: 'qwen2.5-7b' }], engines: [{ name: 'vllm' }], agent_tags: ['rtx-4090'], retries: 1 }
 */
export const CampaignConfig = z
  .looseObject({
    models: z.array(CampaignModel).max(MAX_CELLS),
    engines: z.array(CampaignEngine).max(MAX_CELLS),
    benchmarks: z.array(Argument(100)).max(100).default(['throughput']),
    /** Runs beside the matrix. */
    runs: z.array(SingleRun).max(MAX_CELLS).default([]),
    suite_name: Argument(100).default('quick'),
    /** Benchmark options for every run. */
    options: Options.optional(),
    /** Agents that share the runs, by id or by tag, instead of the campaign's `agent_id`. */
    agents: z.array(Id).max(1000).default([]),
    agent_tags: z.array(Text(100).min(1)).max(100).default([]),
    /** How often a failed run is retried. */
    retries: z.int().min(0).max(10).default(0),
  })
  .refine(
    ({ models, engines, benchmarks, runs }) =>
      models.length * engines.length * benchmarks.length + runs.length <= MAX_CELLS,
    {
      error: `models × engines × benchmarks and runs must be at most ${MAX_CELLS} runs`,
    },
  )
export type CampaignConfig = z.infer<typeof CampaignConfig>

export const NewCampaign = z.strictObject({
  name: NewName,
  description: Text(10_000).default(''),
  agent_id: Id.nullish(),
  config: CampaignConfig,
})
export type NewCampaign = z.infer<typeof NewCampaign>

/** Results whose measurements become the runs of a new campaign. */
export const CampaignFromResults = z.strictObject({
  ids: z.array(Id).min(1).max(100),
  name: NewName.optional(),
})
export type CampaignFromResults = z.infer<typeof CampaignFromResults>

export const CampaignCopy = z.strictObject({ name: NewName.optional() })
export type CampaignCopy = z.infer<typeof CampaignCopy>

const Wrapped = z.strictObject({ config: CampaignConfig })

/** Whether the body has the configuration under `config`, or is the configuration. */
export const isWrapped = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'config' in body && !('models' in body)

/** A new configuration: `{"config": {…}}`, or the configuration itself. */
export const ConfigChange = z.preprocess(
  (body) => (isWrapped(body) ? body : { config: body }),
  Wrapped,
) as unknown as z.ZodType<z.output<typeof Wrapped>, z.input<typeof Wrapped>>

/** Runs by outcome; `total_runs` includes those that have not ended. */
const Counters = {
  total_runs: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  skipped: z.number(),
  cancelled: z.number(),
}
export type Counters = z.infer<z.ZodObject<typeof Counters>>

/** A campaign in a list. Times are ISO 8601 in UTC. */
export const Campaign = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  agent_id: z.string().nullable(),
  status: CampaignStatus,
  error: z.string().nullable(),
  waiting_for: z.string().nullable(),
  ...Counters,
  created_at: z.string(),
  started_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  /** While it runs, from earlier tests of the same measurements; null where one is not known. */
  expected_end_at: z.string().nullable(),
})
export type Campaign = z.infer<typeof Campaign>

/** `pending` until an agent is chosen; then the state of its test. */
export const RunStatus = z.enum(['pending', ...TestStatus.options, 'skipped'])
export type RunStatus = z.infer<typeof RunStatus>

/** The main metric of a benchmark; `unit` is empty where it has none. */
const CellMetric = z.object({
  name: z.string(),
  benchmark: z.string(),
  value: z.number(),
  unit: z.string(),
})
export type CellMetric = z.infer<typeof CellMetric>

/** One cell of the matrix with its latest test. */
export const CampaignRun = z.object({
  idx: z.number(),
  model: z.string(),
  model_path: z.string(),
  engine: z.string(),
  mode: z.string(),
  profile_id: z.string().nullable(),
  benchmark: z.string(),
  suite_name: z.string(),
  status: RunStatus,
  reason: z.string().nullable(),
  tries: z.number(),
  quick_test_id: z.string().nullable(),
  result_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  agent_name: z.string().nullable(),
  /** What it measured, by its benchmark; null without a result. */
  metric: CellMetric.nullable(),
  progress: Progress.nullable(),
  /** Its place in the queue of its agent: 1 is next; null unless its test is queued. */
  place: z.number().nullable(),
  /** Null where it is not known, and once it has ended. */
  expected_end_at: z.string().nullable(),
  /** Why statistics leave its result out; empty if they do not, null while that is not known. */
  left_out: z.array(z.string()).nullable(),
  /** Benchmark options of a run by itself, if it has its own. */
  options: z.record(z.string(), z.unknown()).nullable(),
})
export type CampaignRun = z.infer<typeof CampaignRun>

/** One campaign; its configuration has the text that was sent. */
export const CampaignDetail = Campaign.extend({
  config: z.looseObject({}),
  /** The schedule that launched it, if one did and it is not deleted. */
  schedule: z.object({ id: z.string(), name: z.string() }).nullable(),
  runs: z.array(CampaignRun),
})
export type CampaignDetail = z.infer<typeof CampaignDetail>

export const CampaignQuery = z.object({ status: CampaignStatus.optional() })
export type CampaignQuery = z.infer<typeof CampaignQuery>

export const CampaignCreated = z.object({ id: z.string() })
const Again = {
  runs: z.number(),
  left_out: z.array(z.object({ result_id: z.string(), reason: z.string() })),
}
/** A draft from results: its number of runs, and the results that cannot be measured again, with the reason. */
export const CampaignMade = z.object({ id: z.string(), ...Again })
/** What such a draft would run, by agent, without creating it. */
export const AgainPreview = z.object({
  ...Again,
  agents: z.array(z.object({ name: z.string(), runs: z.number() })),
})
export type AgainPreview = z.infer<typeof AgainPreview>
/**
 * What a campaign would run; runs that no agent of it can run would be skipped. `warnings` are sentences about what an agent
 * does not have, as far as it said so: an engine or a model. It may have it by the time of the run.
 */
export const CampaignPreview = z.object({
  total_runs: z.number(),
  agents: z.array(z.string()),
  skipped: z.array(
    z.object({ model: z.string(), engine: z.string(), benchmark: z.string(), reason: z.string() }),
  ),
  warnings: z.array(z.string()),
})
export type CampaignPreview = z.infer<typeof CampaignPreview>
export const CampaignQueued = z.object({ status: z.literal('queued') })
export const CampaignCancelled = z.object({ status: z.literal('cancelled') })
