import { didYouMean } from '../../lib/nearest.ts'
import { own } from '../../lib/own.ts'
import { BenchOptions, LoadMode } from './options-schema.ts'

/** A validation issue of Zod. */
type Issue = {
  code: string
  path: PropertyKey[]
  message: string
  keys?: string[]
  values?: unknown[]
  minimum?: number | bigint
  maximum?: number | bigint
  inclusive?: boolean
  origin?: string
  expected?: string
}

const KEYS = Object.keys(BenchOptions.shape)

/** The first issue of a benchmark's options as a sentence with the allowed values. `flag` names a setting. */
export function optionError(issues: readonly Issue[], flag: (key: string) => string, whole: string): string {
  const [issue] = issues
  if (!issue) return `${whole} is not valid.`
  const [key, ...inner] = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    const [first = ''] = issue.keys ?? []
    const known = key === undefined ? KEYS : Object.keys(shapeOf(key))
    const where = key === undefined ? `${whole} has no setting` : `${flag(key)} has no`
    return `${where} "${first.slice(0, 100)}". ${didYouMean(first, known)}There are ${known.join(', ')}.`
  }
  if (key === undefined) return `${whole} must be a JSON object.`
  const subject = [flag(key), ...inner].join(' ')
  return issue.code === 'custom'
    ? `${flag(key)}: ${issue.message}`
    : `${subject} must be ${allowed(issue, key)}.`
}

/** The load modes that use an option; undefined: it is used where none is asked for. */
const MODES_OF: Readonly<Record<string, readonly (LoadMode | undefined)[]>> = {
  rate: ['constant', 'poisson'],
  sweep_points: ['sweep'],
  concurrency: ['concurrent', undefined],
}

/**
 * The first option that the load mode does not use, as a sentence; undefined if there is none. Only what is new is held to
 * it: options that are stored, or that a result was measured with, go on as they are.
 */
export function unusedOption(
  options: Readonly<Record<string, unknown>>,
  flag: (key: string) => string,
): string | undefined {
  const mode = LoadMode.optional().safeParse(options['mode'])
  if (!mode.success) return undefined
  const isOneByOne = mode.data === 'synchronous' && options['concurrency'] === 1
  const [key, users] =
    Object.entries(MODES_OF).find(
      ([name, modes]) =>
        options[name] !== undefined && !modes.includes(mode.data) && !(name === 'concurrency' && isOneByOne),
    ) ?? []
  if (key === undefined || users === undefined) return undefined
  const modes = users.filter((one) => one !== undefined)
  const several = modes.length > 1
  const fitting = `${flag(key)} is for the mode${several ? 's' : ''} ${modes.join(' and ')}`
  return mode.data === undefined
    ? `${fitting}: choose ${several ? 'one' : 'it'} with ${flag('mode')}.`
    : `${fitting}, not for ${mode.data}.`
}

const shapeOf = (key: string): object => (key === 'slo' ? { ttft_ms: 1, tpot_ms: 1, e2e_latency_ms: 1 } : {})

const KINDS: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  array: 'a list',
  record: 'an object',
  object: 'an object',
}

function allowed(
  { code, values, minimum, maximum, inclusive, origin, expected, message }: Issue,
  key: string,
) {
  if (key === 'workers') return 'a whole number from 1 to 64, or auto'
  if (code === 'invalid_value') return `one of ${(values ?? []).join(', ')}`
  const items = origin === 'array' ? ' entries' : origin === 'string' ? ' characters' : ''
  if (code === 'too_big') return `at most ${maximum}${items}`
  if (code === 'too_small') return `${inclusive === false ? 'more than' : 'at least'} ${minimum}${items}`
  return own(KINDS, expected ?? '') ?? message.replace(/\.$/, '')
}
