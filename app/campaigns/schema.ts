import { z } from 'zod'
import { CAMPAIGN_STATES } from '../../lib/states.ts'
import { EngineMode, EngineName } from '../engines/registry.ts'
import { Argument, Id, NewName, Options, Text } from '../http/fields.ts'
import { TestStatus } from '../quicktests/schema.ts'

export const CampaignStatus = z.enum(CAMPAIGN_STATES)
export type CampaignStatus = z.infer<typeof CampaignStatus>

/** The most cells that a matrix may have. */
export const MAX_CELLS = 1000

const CampaignModel = z.looseObject({
  name: Argument(500),
  /** Where the agents find it; its name where none is given. */
  path: Argument(1000).nullish(),
})
const CampaignEngine = z.looseObject({
  name: EngineName,
  /** The engine's default mode where none is given. */
  mode: EngineMode.nullish(),
  profile_id: Id.nullish(),
})

/**
 * The matrix models × engines × benchmarks, and how it is run. Keys it does not know are kept.
 * @example { models: [{ name: 'qwen2.5-7b' }], engines: [{ name: 'vllm' }], agent_tags: ['rtx-4090'], retries: 1 }
 */
export const CampaignConfig = z
  .looseObject({
    models: z.array(CampaignModel).max(MAX_CELLS),
    engines: z.array(CampaignEngine).max(MAX_CELLS),
    benchmarks: z.array(Argument(100)).max(MAX_CELLS).default(['throughput']),
    suite_name: Argument(100).default('quick'),
    /** Options of the benchmarks, given to every run. */
    options: Options.optional(),
    /** Agents to share the runs out among, by id or by tag, instead of the campaign's `agent_id`. */
    agents: z.array(Id).max(1000).default([]),
    agent_tags: z.array(Text(100).min(1)).max(100).default([]),
    /** How often a failed run is tried again. */
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

/** Whether a change of the configuration stands under `config`, or is the body itself. */
export const isWrapped = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'config' in body && !('models' in body)

/** A new configuration: `{"config": {…}}`, or the configuration itself. */
export const ConfigChange = z.preprocess(
  (body) => (isWrapped(body) ? body : { config: body }),
  Wrapped,
) as unknown as z.ZodType<z.output<typeof Wrapped>, z.input<typeof Wrapped>>

/** How many of its runs came to what; `total_runs` includes those that have not ended. */
const Counters = {
  total_runs: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  skipped: z.number(),
  cancelled: z.number(),
}
export type Counters = z.infer<z.ZodObject<typeof Counters>>

/** A campaign as lists show it. Times are ISO 8601 in UTC. */
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

/** `pending`: no agent has it yet; while one has, the state of its test. */
export const RunStatus = z.enum(['pending', ...TestStatus.options, 'skipped'])
export type RunStatus = z.infer<typeof RunStatus>

/** One cell of the matrix, and its latest test. */
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

/** One campaign; its configuration is what was sent, text for text. */
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
