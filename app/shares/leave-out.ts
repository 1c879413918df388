import { hiderOf, hostOf, namesOfMachines } from '../../lib/host-names.ts'
import { isObject } from '../../lib/loose.ts'
import { PRIVATE_NAMES } from '../../lib/private-names.ts'

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
const NEVER = new Set(
  'outputs original prompts prompt system_prompt generated_texts responses messages'.split(' '),
)
/** A command with its options, among them prompts of one's own. */
const WITH_PROMPTS = /prompt|message/i
/** An address or a text with one. */
const ADDRESS_WORDS = new Set('url uri endpoint address addr server'.split(' '))

const HIDDEN = '[host]'
const URL_HOST = /(?<!\w)(\w{1,20}:\/\/)[^\s/"'<>]+/g
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g
const IPV6 =
  /(?<![\w:])(?:(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?:[\da-f]{1,4}:){1,6}(?::[\da-f]{1,4}){1,6}|(?:[\da-f]{1,4}:){1,7}:)(?![\w:])/gi
/** The home of a user, by itself. */
const HOME = /(?<![\w.\]/\\])(?:[A-Za-z]:)?[/\\](?:home|Users)[/\\][^\s/\\,;:'"=]{1,255}(?![^\s,;:'"=])/g
/** The folders of a text that is a path. */
const FOLDERS = /^(?:~?\/|[A-Za-z]:\\)(?:[^/\\\n]+[/\\])+/
/** A path within a text: the folders before its last part. */
const PATHS = /(?<![\w.\]/\\:])(?:~|[A-Za-z]:)?[/\\](?:[^\s/\\,;:'"=]{1,255}[/\\])+(?=[^\s/\\,;:'"=])/g

/** Copies a JSON value without what a link leaves out. */
export function leaveOut(value: unknown, out: LeftOut): unknown {
  const hide = out.hosts ? hostsHidden([...out.names, ...namesIn(value)]) : undefined
  const isOut = (key: string, inner: unknown): boolean => {
    const name = key.toLowerCase()
    if (NEVER.has(name) || (out.notes && NOTES.has(name))) return true
    if (typeof inner === 'string' && name === 'command' && WITH_PROMPTS.test(inner)) return true
    if (PRIVATE_NAMES.has(name) && (typeof inner === 'string' || Array.isArray(inner))) return true
    return out.hosts && isAboutHost(key, inner)
  }
  /** A difference of two environments has its field as a value. */
  const isOutField = (item: unknown): boolean =>
    isObject(item) && typeof item['field'] === 'string' && isOut(item['field'], item['field'])
  const copy = (one: unknown): unknown => {
    if (typeof one === 'string') return hide ? hide(one) : one
    if (Array.isArray(one)) return one.filter((item) => !isOutField(item)).map(copy)
    if (!isObject(one)) return one
    const kept = Object.entries(one).filter(([key, inner]) => !isOut(key, inner))
    return Object.fromEntries(kept.map(([key, inner]) => [hide ? hide(key) : key, copy(inner)]))
  }
  return copy(value)
}

/** Hides hosts, their addresses and folders in a text. */
function hostsHidden(names: readonly string[]): (text: string) => string {
  const hideNames = hiderOf(namesOfMachines(names), HIDDEN)
  return (text) => {
    const plain = text
      .replace(URL_HOST, `$1${HIDDEN}`)
      .replace(IPV4, HIDDEN)
      .replace(IPV6, HIDDEN)
      .replace(HOME, '…')
      .replace(FOLDERS, '…/')
      .replace(PATHS, '…/')
    return hideNames(plain)
  }
}

/** Figures are about no host, whatever their names: `tokens_per_user`. */
function isAboutHost(key: string, value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return false
  if (isObject(value)) return HOST_OBJECTS.has(key.toLowerCase())
  return hasWord(key, HOST_WORDS)
}

/** Whether a name has one of these words, or several of it. */
const hasWord = (name: string, words: ReadonlySet<string>) =>
  wordsOf(name).some(
    (word) => words.has(word) || words.has(word.replace(/e?s$/, '')) || words.has(word.replace(/s$/, '')),
  )

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
    typeof inner === 'string' ? (nameIn(key, inner) ?? []) : namesIn(inner),
  )
}

function nameIn(key: string, text: string): string | undefined {
  if (NAMING.has(key.toLowerCase())) return text
  return hasWord(key, ADDRESS_WORDS) ? hostOf(text) : undefined
}
