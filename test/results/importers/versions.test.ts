import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { importers } from '../../../app/results/importers/all.ts'
import { type Any, read } from './_read.ts'
import { type Sample, samples } from './_samples.ts'

test('there is a sample of every format, which is read by the importer of its name', async () => {
  expect(new Set(samples.map(({ format }) => format))).toEqual(new Set(importers.map(({ format }) => format)))
  for (const sample of samples) {
    const { format, runs } = await readSample(sample)
    expect(format).toBe(sample.format)
    expect(runs.map(({ refused }) => refused)).toEqual(runs.map(() => undefined))
  }
})

const readSample = ({ json, text, path }: Sample) =>
  read(text ?? json, { model: 'told-model', engine: 'told-engine', path })

/** Numbers of a run by their names, for each benchmark of it. */
function numbersIn(document: Any): Map<string, number> {
  const found = new Map<string, number>()
  const visit = (value: unknown, name: string) => {
    if (typeof value === 'number') found.set(name, value)
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) visit(one, `${name}.${key}`)
  }
  for (const { test_name, run_number, metrics } of document.results)
    visit(metrics, `${test_name}#${run_number}`)
  const { options } = document.config
  if (options) visit(options, 'options')
  return found
}

/**
 * Where the number of values is not known, a spread is left as the tool has it, and says so. Ollama leaves out a
 * duration of 0. A score may be any number.
 */
const mayDiffer = (name: string) => /\.stddev$|\.derived_ttft_ms$|\.(exact_match|accuracy)/.test(name)
/** Counts of the file itself: of requests, trials and tokens that are there. */
const ofTheFile = (format: string) => ['aiperf-jsonl', 'llmperf-responses'].includes(format)

async function check(sample: Sample, mutated: string, known: Map<string, number>[], label: string) {
  const outcome = await readSample({ ...sample, json: undefined as never, text: mutated }).catch(
    (error: Error & { status?: number }) => error,
  )
  if (outcome instanceof Error) {
    expect((outcome as { status?: number }).status, `${label}: ${outcome.stack}`).toBe(400)
    expect(outcome.message.length, label).toBeGreaterThan(20)
    return
  }
  for (const { refused, document } of outcome.runs) {
    if (document === undefined) {
      expect(refused?.length, label).toBeGreaterThan(20)
      continue
    }
    const numbers = numbersIn(document)
    expect(
      [...numbers.keys()].some(isMeasured) || failedIn(document),
      `${label}: stored without a number`,
    ).toBe(true)
    for (const [name, value] of numbers) {
      expect(Number.isFinite(value), `${label}: ${name} is ${value}`).toBe(true)
      if (isMeasured(name)) expect(value, `${label}: ${name}`).not.toBe(0)
      if (mayDiffer(name) || ofTheFile(outcome.format)) continue
      const allowed = known.flatMap((one) => one.get(name) ?? [])
      const isKnown = allowed.some((one) => Math.abs(one - value) <= 0.02 * Math.abs(one))
      expect(isKnown, `${label}: ${name} is ${value}, and was ${allowed.join(' or ') || 'absent'}`).toBe(true)
    }
  }
}

const isMeasured = (name: string) =>
  /(_tps|_rps|_ms|_tps_per_gpu|_mb|_gb|_joules|accuracy|accuracy_norm|exact_match)(\.(avg|min|max|p\d+))?$/.test(
    name,
  ) && !/options\.|rate_asked|goodput/.test(name)

/** A run in which every request failed has no numbers. */
const failedIn = (document: Any) =>
  document.passed === false && document.results[0].metrics.successful_requests === 0

type Path = (string | number)[]

function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  // Of a list of values each is one: fewer are another measurement, and no other version.
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return [at]
  const inside = Object.entries(value).flatMap(([key, one]) =>
    pathsIn(one, [...at, Array.isArray(value) ? Number(key) : key]),
  )
  return at.length > 0 ? [at, ...inside] : inside
}

/** Elements of lists, names of tasks and a rate without an end: another measurement, and no other version. */
const isData = (path: Path, change: Change) =>
  (typeof path.at(-1) === 'number' && change === 'drop') ||
  (path[0] === 'results' && (path.length === 2 || path.length === 3) && change === 'rename') ||
  (path.at(-1) === 'request_rate' && change === 'infinite')

/** Other seeds find other combinations. */
const SEED = Number(process.env['KITT_SEED'] ?? 19)

/** What a newer version may do to a member. */
const CHANGES = ['drop', 'rename', 'null', 'text', 'object', 'list', 'word', 'negative', 'infinite'] as const
type Change = (typeof CHANGES)[number]
/** Those that are tried on every member; the others only at random. */
const MOST: readonly Change[] = ['drop', 'rename', 'object', 'negative']

function changed(json: unknown, path: Path, change: Change): unknown {
  const copy = structuredClone(json) as Any
  const holder = path.slice(0, -1).reduce<Any>((at, key) => at[key], copy)
  const key = path.at(-1) as string
  const value = holder[key]
  if (change === 'drop') {
    if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else delete holder[key]
  } else if (change === 'rename') {
    if (Array.isArray(holder)) holder[Number(key)] = { renamed: value }
    else {
      holder[`${key}_v9`] = value
      delete holder[key]
    }
  } else if (change === 'null') holder[key] = null
  else if (change === 'text') holder[key] = String(value)
  else if (change === 'object') holder[key] = { value }
  else if (change === 'list') holder[key] = [value]
  else if (change === 'word') holder[key] = 'unknown'
  else if (change === 'negative') holder[key] = typeof value === 'number' ? -value : value
  else holder[key] = typeof value === 'number' ? Number.POSITIVE_INFINITY : value
  return copy
}

const textOf = (json: unknown) =>
  JSON.stringify(json, (_, value) => (value === Number.POSITIVE_INFINITY ? '∞' : value)).replaceAll(
    '"∞"',
    'Infinity',
  )

describe.each(samples.map((sample, i) => [`${sample.format}, sample ${i}`, sample] as const))(
  '%s',
  (_, sample) => {
    const known = readSample(sample).then(({ documents }) => documents.map(numbersIn))

    test('read, with any one member changed, as far as its definitions hold', async () => {
      if (sample.json === undefined) {
        const lines = (sample.text ?? '').split('\n')
        for (const [i, line] of lines.entries()) {
          const others = (now: string[]) => [...lines.slice(0, i), ...now, ...lines.slice(i + 1)].join('\n')
          await check(sample, others([]), await known, `without line ${i + 1}: ${line}`)
          await check(sample, others([line.replace(/[a-z]{3,}/i, 'other')]), await known, `renamed: ${line}`)
          await check(sample, others([line.replace(/\d[\d.]*/, 'n/a')]), await known, `no number: ${line}`)
          await check(
            sample,
            others([line.replace(/\d[\d.]*(?=[^\d]*$)/, '')]),
            await known,
            `empty: ${line}`,
          )
        }
        return
      }
      for (const path of pathsIn(sample.json))
        for (const change of MOST.filter((one) => !isData(path, one))) {
          const text = textOf(changed(sample.json, path, change))
          await check(sample, text, await known, `${path.join('.')} ${change}`)
        }
    })

    test('read, with several changed at once', async () => {
      if (sample.json === undefined) return
      const paths = pathsIn(sample.json)
      const step = fc.tuple(fc.nat(), fc.constantFrom(...CHANGES))
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
          let json = sample.json
          const done: string[] = []
          for (const [n, change] of steps) {
            const path = paths[n % paths.length] as Path
            if (isData(path, change)) continue
            if (isData(path, change)) continue
            try {
              json = changed(json, path, change)
              done.push(`${path.join('.')} ${change}`)
            } catch {
              // An earlier change took its place away.
            }
          }
          await check(sample, textOf(json), await known, done.join(', '))
        }),
        { numRuns: 12, seed: SEED },
      )
    })
  },
)
