import type { Sha256 } from '../deps.ts'
import { canonical } from './canonical.ts'
import { environmentFacts, type Facts } from './environment.ts'
import { type EngineKey, engineKey } from './key-engine.ts'
import { type HardwareKey, hardwareKey, knowsHardware } from './key-hardware.ts'
import { importedLoad } from './key-imported.ts'
import { type LoadKey, loadKey, optionsOf } from './key-load.ts'
import { type ModelKey, modelKey } from './key-model.ts'
import { taskKey } from './key-task.ts'
import { type Json, list, number, object, text } from './loose.ts'
import { type MeasuredPoint, type Reason, reasonsOf } from './validity.ts'
import { type RunValue, valuesOf } from './values.ts'
import { hardwareWords, labelOf, loadWords } from './words.ts'

/** What must be equal for two runs to be held against each other. */
export type SetupKey = {
  model: ModelKey
  engine: EngineKey
  hardware: HardwareKey
  /** The agent, or the machine of a result that was imported. */
  host: string | null
  load: LoadKey
  /** The tool, and the version of its metric definitions. */
  measure: { tool: string; version: string | null; simulated: boolean; imported: boolean }
}

/** Where a stored result comes from. */
export type RunOrigin = { agent_id: string | null; simulated: boolean; clock_offset_ms: number | null }

/** A result's part in a setup: one benchmark at one load. */
export type SetupPart = {
  setup_id: string
  /** Equal for hosts of equal hardware. */
  hardware_id: string
  key: SetupKey
  /** Canonical JSON of the key. */
  key_text: string
  label: string
  benchmark: string
  load: string
  gpu_model: string
  /** A result lacks what a setup needs. */
  partial: boolean
  environment: Facts
  reasons: Reason[]
  values: RunValue[]
}

/** KITT's own benchmarks. */
const OWN = new Set(['throughput', 'latency', 'load', 'memory_usage'])
/** It measures the engine before it has its speed. */
const NEVER = 'warmup_analysis'
/** The ends of a sweep: the rates between differ from run to run. */
const ENDS = ['synchronous', 'throughput']
/** The most setups that one result is part of. */
const PARTS_MAX = 32

/** Digest of a canonical text: the id of a setup or an environment. */
export const digestId = (text: string, sha256: Sha256) => sha256(text).slice(0, 16)

/**
 * The parts of a result in setups: one for each benchmark and load point. The document may have any shape.
 * @param document as lists show it, or in brief
 */
export function partsOf(document: unknown, origin: RunOrigin, sha256: Sha256): SetupPart[] {
  const about = object(document)
  const points = pointsOf(about).slice(0, PARTS_MAX)
  if (points.length === 0) return []
  const options = optionsOf(about)
  const hardware = hardwareKey(about)
  const isKnown = options !== null && knowsHardware(about, hardware)
  const seed = object(about['config'])['seed'] === 'given' ? 'given' : 'random'
  const shared = { model: modelKey(about), engine: engineKey(about), hardware, host: hostOf(about, origin) }
  const facts = environmentFacts(about)
  const loadTime = number(object(object(about['environment'])['load_times'])['ready_s'])
  const parts = points.map(({ mode, version, ...point }): SetupPart => {
    const task = taskKey(point.windows[0])
    const asked =
      about['provenance'] === 'imported'
        ? importedLoad(point.benchmark, about, mode, point.point)
        : loadKey(point.benchmark, options, mode, point.point, seed, sha256)
    const load = task ? { ...asked, task } : asked
    const key = { ...shared, load, measure: measureOf(about, origin, version) }
    const isWarm = load.cache === 'warm'
    const values = valuesOf(point.windows, OWN.has(point.benchmark))
    const isOther = values.every(({ metric }) => metric !== 'ready_s')
    if (loadTime !== null && values.length > 0 && isOther)
      values.push({ metric: 'ready_s', value: loadTime, samples: null })
    const reasons = reasonsOf(about, { ...point, isWarm }, origin.clock_offset_ms)
    if (values.length === 0) reasons.push('no_values')
    return {
      ...idsOf(key, sha256),
      ...wordsOf(key),
      key,
      benchmark: point.benchmark,
      gpu_model: hardware.gpu_model ?? '',
      // The answers of an eval depend on its questions, hardly on the hardware.
      partial: task ? task.hash === null : !isKnown,
      environment: facts,
      reasons,
      values,
    }
  })
  // Two of one setup would be one run twice.
  return [...new Map(parts.toReversed().map((part) => [part.setup_id, part])).values()].toReversed()
}

/** The parts of a key are written once: two texts differ in the host alone. */
function idsOf(key: SetupKey, sha256: Sha256) {
  const text = (host: string | null) =>
    `{"engine":${engine},"hardware":${hardware},"host":${JSON.stringify(host)},"load":${load},"measure":${measure},"model":${model}}`
  const [engine, hardware, load] = [canonical(key.engine), canonical(key.hardware), canonical(key.load)]
  const [measure, model] = [canonical(key.measure), canonical(key.model)]
  const key_text = text(key.host)
  return { setup_id: digestId(key_text, sha256), hardware_id: digestId(text(null), sha256), key_text }
}

function wordsOf({ model, engine, hardware, load }: SetupKey) {
  const words = loadWords(load)
  return {
    load: words,
    label: labelOf(model.name, engine.name, hardwareWords(hardware), load.benchmark, words),
  }
}

function hostOf(document: Json, { agent_id }: RunOrigin): string | null {
  if (agent_id !== null) return agent_id
  const system = object(document['system_info'])
  const machine = text(system['fingerprint'])
  if (machine !== null) return `machine ${machine}`
  // Another tool's file has a name at most.
  return document['provenance'] === 'imported' ? text(system['hostname']) : null
}

const measureOf = (document: Json, { agent_id, simulated }: RunOrigin, version: string | null) => ({
  tool: text(object(document['source'])['tool']) ?? text(object(document['tool'])['name']) ?? 'kitt',
  version,
  simulated,
  imported: agent_id === null,
})

type Point = Omit<MeasuredPoint, 'isWarm'> & { mode: string | null; version: string | null }

/** The load points of a document, each with its repeats. */
function pointsOf(document: Json): Point[] {
  const found = new Map<string, Point>()
  for (const item of list(document['results'])) {
    const result = object(item)
    const benchmark = text(result['test_name'])
    if (benchmark === null || benchmark === NEVER) continue
    const metrics = object(result['metrics'])
    const mode = text(metrics['mode'])
    const passed = typeof result['passed'] === 'boolean' ? result['passed'] : null
    for (const { point, window } of mode === 'sweep' ? endsOf(metrics) : [{ point: null, window: metrics }]) {
      const name = `${benchmark}\n${mode ?? ''}\n${point ?? ''}`
      const known = found.get(name)
      if (known) {
        known.passed.push(passed)
        known.windows.push(window)
      } else {
        const version = text(result['test_version'])
        found.set(name, { benchmark, mode, point, version, passed: [passed], windows: [window] })
      }
    }
  }
  return [...found.values()]
}

const endsOf = (metrics: Json) =>
  list(metrics['curve']).flatMap((item) => {
    const window = object(item)
    const point = text(window['mode'])
    return point !== null && ENDS.includes(point) ? [{ point, window }] : []
  })
