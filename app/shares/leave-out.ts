import { isObject } from '../../lib/loose.ts'

/** What a link leaves out. `names` are those of hosts and agents, wherever they stand in a text. */
export type LeftOut = { hosts: boolean; notes: boolean; names: readonly string[] }

/** A text under a name with one of these words is about a host, its address, its users or its files. */
const HOST_WORDS = new Set(
  'host hostname agent node fqdn server address addr ip mac url uri endpoint user username home cwd path dir directory folder file command cmdline argv machine boot uuid serial fingerprint mount volume'.split(
    ' ',
  ),
)
/** Objects that are about a host. */
const HOST_OBJECTS = new Set(['host', 'agent', 'node', 'machine', 'user'])
/** Fields whose text names a host. */
const NAMING = new Set(['host', 'hostname', 'agent_name', 'node', 'node_name', 'fqdn'])
const NOTES = new Set('notes note tags tag description comment comments kitt_notes kitt_tags'.split(' '))
/** What was asked and answered, and the files of other tools, are no figures. */
const NEVER = new Set(['outputs', 'original', 'prompts', 'prompt', 'generated_texts', 'responses'])

const HIDDEN = '[host]'
const URL_HOST = /(\w+:\/\/)[^\s/"'<>]+/g
const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}\b/g
/** The folders of a text that is a path. */
const FOLDERS = /^(?:~?\/|[A-Za-z]:\\)(?:[^/\\\n]+[/\\])+/
/** Shorter names would be found in other words. */
const SHORTEST_NAME = 3
const NAMES_MAX = 50

/** Copies a JSON value without what a link leaves out. */
export function leaveOut(value: unknown, out: LeftOut): unknown {
  const named = out.hosts ? namePattern([...out.names, ...namesIn(value)]) : undefined
  const text = (said: string) => {
    if (!out.hosts) return said
    const plain = said.replace(URL_HOST, `$1${HIDDEN}`).replace(IPV4, HIDDEN).replace(FOLDERS, '…/')
    return named ? plain.replace(named, HIDDEN) : plain
  }
  const isOut = (key: string, inner: unknown): boolean => {
    const name = key.toLowerCase()
    if (NEVER.has(name) || (out.notes && NOTES.has(name))) return true
    return out.hosts && isAboutHost(key, inner)
  }
  /** A difference of two environments has its field as a value. */
  const isOutField = (item: unknown): boolean =>
    isObject(item) && typeof item['field'] === 'string' && isOut(item['field'], item['field'])
  const copy = (one: unknown): unknown => {
    if (typeof one === 'string') return text(one)
    if (Array.isArray(one)) return one.filter((item) => !isOutField(item)).map(copy)
    if (!isObject(one)) return one
    const kept = Object.entries(one).filter(([key, inner]) => !isOut(key, inner))
    return Object.fromEntries(kept.map(([key, inner]) => [key, copy(inner)]))
  }
  return copy(value)
}

/** Figures are about no host, whatever their names: `tokens_per_user`. */
function isAboutHost(key: string, value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return false
  if (isObject(value)) return HOST_OBJECTS.has(key.toLowerCase())
  return wordsOf(key).some((word) => HOST_WORDS.has(word))
}

const wordsOf = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)

/** The names of hosts that a document tells. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' ? (NAMING.has(key.toLowerCase()) ? [inner] : []) : namesIn(inner),
  )
}

/** Finds names as whole words, with the domain behind them. */
function namePattern(names: string[]): RegExp | undefined {
  const long = [...new Set(names)].filter((name) => name.length >= SHORTEST_NAME).slice(0, NAMES_MAX)
  if (long.length === 0) return undefined
  return new RegExp(`(?<![\\w-])(?:${long.map(escaped).join('|')})(?:\\.[\\w.-]+)?(?![\\w-])`, 'g')
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
