/** A setting, variable, header or flag with one of these words in its name holds a secret. */
const SECRET_WORDS = new Set(
  'apikey auth authorization bearer cookie credential credentials key keys passphrase passwd password pwd secret secrets token'.split(
    ' ',
  ),
)
/** Every value in these objects counts as secret: names of variables and headers are not reliable. */
const SECRET_MAPS = new Set(['env', 'environment', 'headers'])

/** Whether a name is that of a secret: `api_key`, `HF_TOKEN`, `--apiKey`, `X-Api-Key`; `max_tokens` and `tokenizer` are not. */
export const isSecretName = (name: string): boolean =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => SECRET_WORDS.has(word))

/** `--api-key=…`, `HF_TOKEN=…` as one argument. */
const ASSIGNED = /^(-{0,2}[\w.-]+)=(.+)$/s
/** A flag and its value within a line of arguments. */
const IN_LINE = /(^|\s)(--?[\w-]+)([= ]+)("[^"]*"|'[^']*'|[^\s-]\S*)/g
const CREDENTIALS = /(\w:\/\/[^\s/:@]*:)([^\s/@]+)(@)/g

/**
 * Copies a JSON value with every secret replaced: values of secret names, all of `env` and `headers`, values of
 * secret flags in argument lists and lines, passwords in URLs. Numbers and booleans are never secrets.
 */
export function mapSecrets(value: unknown, replace: (secret: string) => string): unknown {
  return mapped(value, false, (secret) => (secret === '' ? secret : replace(secret)))
}

function mapped(value: unknown, secret: boolean, replace: (secret: string) => string): unknown {
  if (typeof value === 'string') return secret ? replace(value) : inText(value, replace)
  if (Array.isArray(value))
    return secret ? value.map((one) => mapped(one, true, replace)) : inList(value, replace)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const holds = typeof one === 'object' ? SECRET_MAPS.has(name.toLowerCase()) : false
      return [name, mapped(one, secret || holds || isSecretName(name), replace)]
    }),
  )
}

function inList(list: unknown[], replace: (secret: string) => string): unknown[] {
  return list.map((one, i) => {
    const before = list[i - 1]
    const follows =
      typeof one === 'string' && typeof before === 'string' && /^-/.test(before) && !before.includes('=')
    if (follows && !one.startsWith('-') && isSecretName(before)) return replace(one)
    return mapped(one, false, replace)
  })
}

function inText(text: string, replace: (secret: string) => string): string {
  const [, name = '', value = ''] = text.match(ASSIGNED) ?? []
  if (name !== '' && isSecretName(name)) return `${name}=${replace(value)}`
  return text
    .replace(
      CREDENTIALS,
      (_, before: string, password: string, at: string) => before + replace(password) + at,
    )
    .replace(IN_LINE, (all, space: string, flag: string, gap: string, word: string) =>
      isSecretName(flag) ? space + flag + gap + replace(word) : all,
    )
}

/** Copies a JSON value with every string in it changed. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapTexts(one, change)]))
}

/** Copies a JSON value with every secret replaced by `[secret]`. */
export const hideSecrets = <T>(value: T): T => mapSecrets(value, () => '[secret]') as T
