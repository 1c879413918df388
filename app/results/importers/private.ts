import { hideSecrets, isSecretName } from '../../../lib/find-secrets.ts'
import { PRIVATE_NAMES } from '../../../lib/private-names.ts'

/** Members that are of no use, whatever their value is: whole requests and answers. */
export const USELESS_NAMES: ReadonlySet<string> = new Set(['request_inputs', 'response_outputs'])

const SECRETS: readonly (readonly [secret: RegExp, replacement: string])[] = [
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [secret]'],
  [/(?<![\w-])(sk-[\w-]{16,}|(hf|gh[opsu])_[A-Za-z0-9]{20,}|glpat-[\w-]{16,}|nvapi-[\w-]{16,})/g, '[secret]'],
  [/(?<![\w-])(xox[abp]-[\w-]{10,}|AKIA[A-Z0-9]{16})/g, '[secret]'],
  [
    /(["']?(?<![\w-])[\w-]*(?:api[_-]?key|authorization|access[_-]?token|auth[_-]?token|password|secret)["']?\s*[:=]\s*["']?)(?!\[secret\]|none\b|null\b)[^"',;\s}]+/gi,
    '$1[secret]',
  ],
]

/** Longer texts are cut; in UTF-16 units. */
const TEXT_MAX = 2000
/** Longer lists are left out: the values of single requests. */
const LIST_MAX = 1000
/** Members and elements kept of an original. */
const ENTRIES_MAX = 20_000

/** A text without what looks like a key. */
export function withoutKeys(text: string): string {
  let clean = hideSecrets(text)
  for (const [secret, replacement] of SECRETS) clean = clean.replace(secret, replacement)
  return clean
}

/** Every text in an object of such a name counts as secret. */
const SECRET_MAPS = /^(env|envars|env_vars|headers)$|api_?key|authorization|password|secret|credential/i

type Budget = { entries: number }

/**
 * Copies what a tool wrote without prompts, answers, keys and long lists, so that it can be kept. Numbers that
 * JSON does not have become texts.
 */
export const kept = (value: unknown): unknown => copied(value, { entries: ENTRIES_MAX }, 0, false)

function copied(value: unknown, budget: Budget, depth: number, secret: boolean): unknown {
  if (typeof value === 'string') return secret && value !== '' ? '[secret]' : withoutKeys(short(value))
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > 30) return '[left out: too deep]'
  if (Array.isArray(value)) return copiedList(value, budget, depth, secret)
  const object: Record<string, unknown> = {}
  for (const [key, one] of Object.entries(value)) {
    if (--budget.entries < 0) break
    const isPrivate =
      USELESS_NAMES.has(key) || (PRIVATE_NAMES.has(key) && (typeof one === 'string' || Array.isArray(one)))
    // The name of a metric may have "token" in it: of an object, its members have names of their own.
    const isSecret = secret || (typeof one === 'object' ? SECRET_MAPS.test(key) : isSecretName(key))
    if (!isPrivate && one !== undefined) object[key] = copied(one, budget, depth + 1, isSecret)
  }
  return object
}

function copiedList(list: unknown[], budget: Budget, depth: number, secret: boolean): unknown {
  if (list.length > LIST_MAX || list.length > budget.entries) return leftOut(list)
  budget.entries -= list.length
  // A flag and its value may be neighbours.
  const plain = list.every((one) => typeof one === 'string') ? hideSecrets(list) : list
  return plain.map((one) => copied(one, budget, depth + 1, secret))
}

/** Two runs whose lists differ still have different originals. */
function leftOut(list: unknown[]): string {
  let sum = 0
  for (const one of list) sum += typeof one === 'number' && Number.isFinite(one) ? one : 0
  return `[left out: ${list.length} values, sum ${sum}]`
}

const short = (text: string) =>
  text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX).toWellFormed()}…` : text.toWellFormed()
