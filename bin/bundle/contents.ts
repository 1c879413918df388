import { promptsBrief } from '../../app/results/brief.ts'
import { requestRows } from '../../app/results/request-rows.ts'
import { sha256 } from '../../app/server/documents/sha256.ts'
import { environmentFacts } from '../../app/setups/environment.ts'
import { partsOf, type RunOrigin } from '../../app/setups/key.ts'
import { type Json, object } from '../../lib/loose.ts'
import type { TarFile } from '../../lib/tar.ts'
import { hostNames, withoutHosts, withoutNames, withoutSecrets } from './private.ts'
import { readmeOf } from './readme.ts'
import { commandLine, type Repeat, repeatOf, scriptOf } from './repeat.ts'

export type BundleOptions = {
  /** The name of the agent that measured, if it is known. */
  agent?: string | undefined
  withHost: boolean
  /** Leaves out the texts of the prompts. */
  withoutPrompts: boolean
}

/** What a bundle says of itself, and its files. */
export type Bundle = { about: About; files: TarFile[] }

/** `bundle.json`. */
export type About = {
  bundle: 1
  result_id: string | null
  model: string
  engine: string
  engine_version: string | null
  kitt_version: string | null
  /** The `kitt run` line; null where the result does not say how it was measured. */
  command: string | null
  setups: { setup_id: string; hardware_id: string; label: string }[]
  image: unknown
  model_digest: string | null
  dataset: unknown
  requests: number
  /** SHA-256 of the other files. */
  files: Record<string, string>
}

const text = (value: unknown) => (typeof value === 'string' ? value : null)
const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** The files of a bundle. @param stored a result's document, in full */
export function bundleOf(stored: Json, options: BundleOptions): Bundle {
  const hosts = options.withHost ? [] : hostNames(stored, options.agent)
  const safe = withoutSecrets(stored)
  const hidden = options.withHost ? safe : withoutHosts(safe, hosts)
  const document = options.withoutPrompts ? withoutPrompts(hidden) : hidden
  const open = (value: unknown) => (options.withHost ? value : withoutNames(value, hosts))
  const parts = partsOf(stored, originOf(stored), sha256).map(({ setup_id, hardware_id, key, label }) => ({
    ...{ setup_id, hardware_id },
    label: String(open(label)),
    key: open(withoutSecrets({ ...key, host: options.withHost ? key.host : null })),
  }))
  const repeat = repeatOf(document)
  const requests = requestRows(document)
  const contents: Record<string, string | undefined> = {
    'result.json': pretty(document),
    'setup.json': pretty(parts),
    'environment.json': pretty(open(environmentFacts(safe))),
    'engine.json': pretty(engineOf(document)),
    'requests.jsonl': requests.map((row) => `${JSON.stringify(row)}\n`).join(''),
    'options.json': repeat && pretty(repeat.options),
    'prompts.json': repeat?.prompts && pretty(repeat.prompts),
    'run.sh': repeat && scriptOf(repeat),
  }
  const about: About = {
    bundle: 1,
    result_id: text(stored['id']),
    model: String(document['model']),
    engine: String(document['engine']),
    engine_version: text(document['engine_version']),
    kitt_version: text(document['kitt_version']),
    command: repeat ? commandLine(repeat, 'http://localhost:8000') : null,
    setups: parts.map(({ setup_id, hardware_id, label }) => ({ setup_id, hardware_id, label })),
    image: object(document['environment'])['image'] ?? null,
    model_digest: text(object(object(document['environment'])['model'])['digest']),
    dataset: datasetOf(stored, repeat),
    requests: requests.length,
    files: {},
  }
  return { about, files: filesOf(about, contents, readmeOf(about, document, repeat)) }
}

const originOf = ({ agent_id, simulated, clock_offset_ms, engine }: Json): RunOrigin => ({
  agent_id: text(agent_id),
  simulated: simulated === true || engine === 'simulated',
  clock_offset_ms: typeof clock_offset_ms === 'number' ? clock_offset_ms : null,
})

/** Prompts of a person by their number and digest; synthetic ones by what they are made from. */
function datasetOf(stored: Json, repeat: Repeat | undefined): unknown {
  const options = object(object(stored['config'])['options'])
  const { prompts } = options
  if (Array.isArray(prompts)) return { kind: 'prompts', ...promptsBrief(prompts, sha256) }
  if (prompts !== undefined) return { kind: 'prompts', ...object(prompts) }
  if (repeat === undefined) return null
  const { input_tokens, output_tokens, seed } = options
  return { kind: 'synthetic', input_tokens, output_tokens, seed }
}

function withoutPrompts(document: Json): Json {
  const config = object(document['config'])
  const { prompts, ...options } = object(config['options'])
  if (!Array.isArray(prompts)) return document
  const brief = promptsBrief(prompts, sha256)
  // The command holds them too.
  return { ...document, config: { ...config, options: { ...options, prompts: brief }, command: null } }
}

const engineOf = (document: Json) => ({
  engine: document['engine'],
  engine_version: document['engine_version'] ?? null,
  ...object(document['environment']),
})

function filesOf(about: About, contents: Record<string, string | undefined>, readme: string): TarFile[] {
  const all = Object.entries({ ...contents, 'README.md': readme }).flatMap(([path, content]) =>
    content === undefined
      ? []
      : [{ path, content: new TextEncoder().encode(content), mode: path.endsWith('.sh') ? 0o755 : 0o644 }],
  )
  about.files = Object.fromEntries(all.map(({ path, content }) => [path, sha256(content)]))
  const own = { path: 'bundle.json', content: new TextEncoder().encode(pretty(about)), mode: 0o644 }
  const folder = `kitt-${about.result_id?.replace(/[^\w.-]/g, '_').slice(0, 60) ?? 'result'}`
  return [...all, own].map((file) => ({ ...file, path: `${folder}/${file.path}` }))
}
