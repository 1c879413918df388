import { z } from 'zod'
import { CAMPAIGN_STATES } from '../../lib/states.ts'
import { EngineMode, EngineName } from '../engines/registry.ts'
import { Argument, Id, NewName, Options, Text } from '../http/fields.ts'
import { TestStatus } from '../quicktests/schema.ts'

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

/**
 * The matrix models × engines × benchmarks, and how to run it. Unknown keys are kept.
 * @example { models: [{ name: 'qwen2.5-7b' }], engines: [{ name: 'vllm' }], agent_tags: ['rtx-4090'], retries: 1 }
 */
export const CampaignConfig = z
  .looseObject({
    models: z.array(CampaignModel).max(MAX_CELLS),
    engines: z.array(CampaignEngine).max(MAX_CELLS),
    benchmarks: z.array(Argument(100)).max(100).default(['throughput']),
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
    ({ models, engines, benchmarks }) => models.length * engines.length * benchmarks.length <= MAX_CELLS,
    {
      error: `models × engines × benchmarks must be at most ${MAX_CELLS} runs`,
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
})
export type Campaign = z.infer<typeof Campaign>

/** `pending` until an agent is chosen; then the state of its test. */
export const RunStatus = z.enum(['pending', ...TestStatus.options, 'skipped'])
export type RunStatus = z.infer<typeof RunStatus>

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
})
export type CampaignRun = z.infer<typeof CampaignRun>

/** One campaign; its configuration has the text that was sent. */
export const CampaignDetail = Campaign.extend({
  config: z.looseObject({}),
  runs: z.array(CampaignRun),
})
export type CampaignDetail = z.infer<typeof CampaignDetail>

export const CampaignQuery = z.object({ status: CampaignStatus.optional() })
export type CampaignQuery = z.infer<typeof CampaignQuery>

export const CampaignCreated = z.object({ id: z.string() })
export const CampaignQueued = z.object({ status: z.literal('queued') })
export const CampaignCancelled = z.object({ status: z.literal('cancelled') })
