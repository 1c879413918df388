import { inArray } from 'drizzle-orm'
import { agents } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { didYouMean } from '../../lib/nearest.ts'
import { BadRequest, type ErrorDetail } from '../errors.ts'
import {
  benchmarkFault,
  hasOtherBenchmarks,
  optionFault,
  suiteFault,
  testFault,
  unusedFault,
} from '../quicktests/known.ts'
import { namedAgents } from './matrix.ts'
import { CampaignConfig, type NewCampaign } from './schema.ts'

const { shape } = CampaignConfig
const KEYS = {
  config: Object.keys(shape),
  models: Object.keys(shape.models.element.shape),
  engines: Object.keys(shape.engines.element.shape),
  runs: Object.keys(shape.runs.unwrap().element.shape),
}
/** Kept and not used: notes of people, and what the files of the Python system have. */
const KEPT: Record<keyof typeof KEYS, readonly string[]> = {
  config: [
    ...['note', 'notes', 'campaign_name', 'description', 'disk', 'notifications', 'quant_filter'],
    ...['resource_limits', 'parallel', 'devon_managed', 'hf_token'],
  ],
  models: ['note', 'params', 'safetensors_repo', 'gguf_repo', 'ollama_tag', 'estimated_size_gb', 'quant'],
  engines: ['note', 'suite', 'config', 'formats'],
  runs: ['note'],
}

type Config = NewCampaign['config']

/**
 * Refuses what nothing is known about in a new configuration: a key, a benchmark, a suite, an option. Keys like `note` and `x-…`
 * are free; a stored configuration keeps the keys that it has.
 * @param before the stored configuration that this one changes @throws BadRequest with the nearest name
 */
export async function requireKnown(
  tx: Pick<WriteTx, 'orm'>,
  { agent_id, config }: Pick<NewCampaign, 'agent_id' | 'config'>,
  before?: string,
): Promise<void> {
  const stored = before === undefined ? {} : (JSON.parse(before) as Stored)
  const keys = keyFaults(config, new Set(keysOf(stored)))
  const names = keys.length > 0 ? [] : nameFaults(config)
  if (keys.length === 0 && names.length === 0) names.push(...unusedFaults(config, stored))
  const details = [...keys, ...names]
  const [first] = details
  if (!first) return
  // An agent of the Python system has benchmarks of its own.
  if (names.length > 0 && (await runsOlder(tx, agent_id, config))) return
  throw new BadRequest(first.message, { details })
}

/** A stored configuration, of which nothing is certain. */
type Stored = { models?: unknown; engines?: unknown; runs?: unknown; options?: unknown }

/** Every key at its place: `models.0.name` counts as `models.name`. */
function keysOf(value: Stored): string[] {
  const { models, engines, runs } = value
  const within = (name: string, list: unknown) =>
    (Array.isArray(list) ? list : []).flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.keys(one).map((key) => `${name}.${key}`) : [],
    )
  return [
    ...Object.keys(value).map((key) => `config.${key}`),
    ...within('models', models),
    ...within('engines', engines),
    ...within('runs', runs),
  ]
}

function keyFaults(config: Config, stored: ReadonlySet<string>): ErrorDetail[] {
  const unknown = (place: keyof typeof KEYS, value: object, path: string) =>
    Object.keys(value)
      .filter((key) => !isKnown(place, key) && !stored.has(`${place}.${key}`))
      .map((key) => ({ place, path, key }))
  // Words for a few alone: finding the nearest name of very many would take seconds.
  return [
    ...unknown('config', config, 'config'),
    ...config.models.flatMap((model, i) => unknown('models', model, `config.models.${i}`)),
    ...config.engines.flatMap((engine, i) => unknown('engines', engine, `config.engines.${i}`)),
    ...config.runs.flatMap((run, i) => unknown('runs', run, `config.runs.${i}`)),
  ]
    .slice(0, 50)
    .map(({ place, path, key }) => {
      const shown = key.slice(0, 100)
      const known = KEYS[place].join(', ')
      return {
        path: `${path}.${shown}`,
        message: `"${shown}" is no key of ${WHERE[place]}. ${didYouMean(key, KEYS[place])}There are ${known}; a note of your own begins with x-.`,
      }
    })
}

const WHERE = { config: 'a campaign', models: 'a model', engines: 'an engine', runs: 'a run' }

const isKnown = (place: keyof typeof KEYS, key: string) =>
  KEYS[place].includes(key) || KEPT[place].includes(key) || key.startsWith('x-')

function nameFaults({ benchmarks, suite_name, options, runs }: Config): ErrorDetail[] {
  const suite = suiteFault(suite_name)
  const option = optionFault(options)
  return [
    ...[...new Set(benchmarks)].slice(0, 50).flatMap((name) => {
      const message = benchmarkFault(name)
      return message ? [{ path: `config.benchmarks.${benchmarks.indexOf(name)}`, message }] : []
    }),
    ...(suite ? [{ path: 'config.suite_name', message: suite }] : []),
    ...(option ? [{ path: 'config.options', message: option }] : []),
    ...runs.slice(0, 50).flatMap((run, i) => runFaults(run, `config.runs.${i}`)),
  ]
}

function runFaults({ benchmark, suite_name, options }: Config['runs'][number], path: string): ErrorDetail[] {
  const fault = testFault({
    benchmark_name: benchmark,
    suite_name: suite_name ?? 'quick',
    options: options ?? undefined,
  })
  return fault
    ? [
        {
          path: `${path}.${fault.path === 'benchmark_name' ? 'benchmark' : fault.path}`,
          message: fault.message,
        },
      ]
    : []
}

/** Options that their load mode does not use; those that the stored configuration has are kept. */
function unusedFaults({ options, runs }: Config, stored: Stored): ErrorDetail[] {
  const ofRuns = Array.isArray(stored.runs) ? (stored.runs as ({ options?: unknown } | null)[]) : []
  const kept = new Set(
    [stored.options, ...ofRuns.map((run) => run?.options)].map((one) => JSON.stringify(one)),
  )
  const asked = [
    { path: 'config.options', options },
    ...runs.map((run, i) => ({ path: `config.runs.${i}.options`, options: run.options })),
  ]
  return asked
    .flatMap(({ path, options }) => {
      const message = kept.has(JSON.stringify(options)) ? undefined : unusedFault(options)
      return message ? [{ path, message }] : []
    })
    .slice(0, 50)
}

async function runsOlder(
  tx: Pick<WriteTx, 'orm'>,
  agent_id: string | null | undefined,
  config: Config,
): Promise<boolean> {
  const ids = [...(agent_id ? [agent_id] : []), ...namedAgents(config)]
  const rows = await tx.orm
    .select({ kitt_version: agents.kitt_version })
    .from(agents)
    .where(config.agent_tags.length > 0 ? undefined : inArray(agents.id, ids))
  return rows.some(hasOtherBenchmarks)
}
