import { type EngineConfig, SECRET, secretsOf } from './config.ts'

const HIDDEN = '[hidden]'
const MAX_LENGTH = 2000
/** Flags whose value is always a secret; values of other matching names may be numbers, which are not. */
const ALWAYS_SECRET = /(^-*|[-_])(key|token|secret|password)$/i
/** Recognizable secrets: keys of known services, bearer tokens, credentials in URLs, JSON members. */
const SHAPES: [RegExp, string][] = [
  [/\b(hf_|sk-|ghp_|nvapi-)[\w-]{8,}/g, HIDDEN],
  [/\b(bearer)\s+[^\s"']+/gi, `$1 ${HIDDEN}`],
  [/(\w:\/\/)[^\s/@"']+@/g, `$1${HIDDEN}@`],
  [/("[\w-]*(?:key|token|secret|password)"\s*:\s*")[^"]*"/gi, `$1${HIDDEN}"`],
]

/** Hides a configuration's secrets and recognizable ones in a text, truncated to 2000 characters. */
export function masked(text: string, config: EngineConfig = {}): string {
  // The longest first: one may be a part of another.
  const secrets = secretsOf(config).sort((a, b) => b.length - a.length)
  const own = secrets.reduce((all, secret) => all.replaceAll(secret, HIDDEN), text)
  return SHAPES.reduce((all, [shape, instead]) => all.replace(shape, instead), own).slice(0, MAX_LENGTH)
}

/** A command line with its secrets hidden. */
export function maskedArgs(args: readonly string[], config: EngineConfig = {}): string[] {
  let before = ''
  return args.map((arg) => {
    const [flag = '', value] = arg.startsWith('-') ? arg.split(/=(.*)/s) : [before, arg]
    before = arg.startsWith('-') && value === undefined ? arg : ''
    if (value === undefined || value === '' || !flag.startsWith('-') || !hides(flag, value))
      return masked(arg, config)
    return arg.startsWith('-') ? `${flag}=${HIDDEN}` : HIDDEN
  })
}

const hides = (flag: string, value: string) =>
  ALWAYS_SECRET.test(flag) || (SECRET.test(flag) && !/^\d+$/.test(value))
