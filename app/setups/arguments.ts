import { own } from '../../lib/own.ts'
import { list } from './loose.ts'

/** An engine's arguments by name: their values in order, true for a flag without one. */
export type Arguments = Record<string, string | string[] | true>

/** Other spellings of an argument, by engine; names are without leading dashes, `_` as `-`. */
const ALIASES: Record<string, Record<string, string>> = {
  vllm: {
    tp: 'tensor-parallel-size',
    pp: 'pipeline-parallel-size',
    dp: 'data-parallel-size',
    q: 'quantization',
  },
  sglang: {
    tp: 'tensor-parallel-size',
    'tp-size': 'tensor-parallel-size',
    pp: 'pipeline-parallel-size',
    'pp-size': 'pipeline-parallel-size',
    dp: 'data-parallel-size',
    'dp-size': 'data-parallel-size',
  },
  llama_cpp: {
    b: 'batch-size',
    c: 'ctx-size',
    ctk: 'cache-type-k',
    ctv: 'cache-type-v',
    fa: 'flash-attn',
    'gpu-layers': 'n-gpu-layers',
    mg: 'main-gpu',
    ngl: 'n-gpu-layers',
    np: 'parallel',
    ot: 'override-tensor',
    sm: 'split-mode',
    t: 'threads',
    tb: 'threads-batch',
    ts: 'tensor-split',
    ub: 'ubatch-size',
  },
}

/** What does not change how an engine behaves: where it listens, what it is called, what it logs, its keys. */
const NEUTRAL = new Set(
  `a alias allow-credentials allowed-headers allowed-methods allowed-origins download-dir enable-log-requests
  enable-metrics hf hf-file hf-repo log-level log-requests m max-log-len metrics model model-name model-path no-webui
  path props response-role root-path served-model-name show-time-cost slots uds v verbose version`.split(
    /\s+/,
  ),
)
const NEUTRAL_KIND =
  /(^|-)(host|hosts|port|addr|address|url|ip|key|keys|token|secret|password)$|-(key|token|certfile|keyfile)-|^(ssl|log|disable-log|uvicorn|otlp|no-log)-|-file$/

/** Given several times, these add up; of the others the last counts. */
const ADDITIVE = new Set([
  'control-vector',
  'lora',
  'lora-modules',
  'lora-scaled',
  'middleware',
  'override-kv',
  'override-tensor',
])

const HIDDEN = '[hidden]'
/** The most arguments, and the most characters of a value. */
const MOST = 200
const VALUE_MAX = 300

/**
 * The arguments of a command line that change how the engine behaves, whatever their order and spelling:
 * without the program, ports, folders, names and keys.
 * @example argumentsOf('vllm', ['vllm', 'serve', 'm', '--port=80', '-tp', '2']) // { 'tensor-parallel-size': '2' }
 */
export function argumentsOf(engine: string, command: unknown): Arguments | null {
  if (!Array.isArray(command)) return null
  const words = list(command).filter((word): word is string => typeof word === 'string')
  const given = new Map<string, string[]>()
  const aliases = own(ALIASES, engine) ?? {}
  for (let i = words.findIndex(isFlag); i >= 0 && i < words.length; ) {
    const [flag = '', inline] = (words[i] as string).split(/=(.*)/s)
    let end = i + 1
    while (end < words.length && !isFlag(words[end] as string)) end++
    const values = [...(inline === undefined ? [] : [inline]), ...words.slice(i + 1, end)].map(shown)
    i = end
    const spelled = flag.replace(/^-+/, '').replaceAll('_', '-')
    const name = own(aliases, spelled) ?? spelled
    if (isNeutral(name) || values.includes(HIDDEN)) continue
    if (!given.has(name) && given.size >= MOST) continue
    given.set(name, ADDITIVE.has(name) ? [...(given.get(name) ?? []), ...values] : values)
  }
  return Object.fromEntries(
    [...given].map(([name, values]) => {
      const [only] = values
      if (only === undefined) return [name, true]
      return [name, values.length === 1 ? only : ADDITIVE.has(name) ? values.toSorted() : values]
    }),
  )
}

/** A negative number is a value. */
const isFlag = (word: string) => /^-/.test(word) && !/^-[\d.]/.test(word)

const isNeutral = (name: string) => NEUTRAL.has(name) || NEUTRAL_KIND.test(name)

/** A value without the folders of this host: `/models/a.jinja` is `a.jinja`. */
const shown = (value: string) => {
  const isPath = /^(\/|~\/|\.{1,2}\/|[A-Za-z]:[\\/])/.test(value)
  return (isPath ? (value.split(/[\\/]/).findLast(Boolean) ?? value) : value)
    .slice(0, VALUE_MAX)
    .toWellFormed()
}

/** Variables that change where an engine runs or what it tells, not how it behaves. */
const NEUTRAL_VARIABLE =
  /(^|_)(HOST|PORT|ADDR|ADDRESS|URL|PATH|HOME|DIR|CACHE|ROOT|KEY|TOKEN|SECRET|PASSWORD|PROXY|ORIGINS|DEBUG|VERBOSE|LOGGING|LOG|LEVEL|ENDPOINT)$|^(KITT|HF_HUB|HF_|HUGGING|LC_|LANG|TZ|TERM|USER|NO_PROXY|DO_NOT_TRACK)|VISIBLE_DEVICES$|^VLLM_(NO_USAGE|USAGE)/i

/**
 * The variables of an engine that change how it behaves.
 * @param names as the document lists them
 * @param values of those that are no secret, where the agent tells them; null for the others
 */
export function variablesOf(names: unknown, values: Record<string, unknown>): Record<string, string | null> {
  const kept = list(names)
    .filter((name): name is string => typeof name === 'string' && name.length <= 200)
    .filter((name) => !NEUTRAL_VARIABLE.test(name))
    .slice(0, MOST)
  const shownValue = (name: string) => {
    const value = own(values, name)
    return typeof value === 'string' ? shown(value) : null
  }
  return Object.fromEntries(kept.map((name) => [name.toWellFormed(), shownValue(name)]))
}
