import { z } from 'zod'

/** A name used on a command line: one line that cannot be taken for an option. */
export const Word = z
  .string()
  .min(1)
  .max(1000)
  .regex(/^[^-]/, 'must not start with "-"')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line')

const OneLine = z
  .string()
  .max(10_000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000\r\n]*$/, 'must be one line')

const EnvName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable')

const EngineUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !new URL(url).username && !new URL(url).password, 'must not have credentials: use api_key')

/**
 * How a profile starts or finds an engine; defaults come from the table of engines.
 * @example { args: ['--max-model-len', '8192'], gpus: '0,1', env: { HF_TOKEN: '…' } }
 */
export const EngineConfig = z.strictObject({
  /** The container image of mode `docker`. */
  image: Word.regex(/^\S+$/, 'must be one word').optional(),
  /** Further arguments of the engine itself; never those of `docker`. */
  args: z.array(OneLine).max(200).optional(),
  env: z.record(EnvName, OneLine).optional(),
  /** The port on this host; default: a free one. */
  port: z.int().min(1).max(65_535).optional(),
  /** `all`, `none`, a count, or indexes or UUIDs separated by commas: `0,1`. */
  gpus: z.union([z.int().min(0).max(64), z.string().regex(/^(all|none|\w[\w-]*(,\w[\w-]*)*)$/)]).optional(),
  /** Address of the running engine, for mode `endpoint`. */
  base_url: EngineUrl.optional(),
  api_key: OneLine.min(1).optional(),
  /** The engine's name of the model, if it differs. */
  model: Word.optional(),
  /** The program of mode `native`, instead of the engine's usual one. */
  binary: Word.optional(),
  /** Working directory of a native engine; for TabbyAPI its checkout. */
  directory: Word.optional(),
  /** Time limit for an engine to become ready, s. */
  ready_timeout_s: z.number().positive().max(86_400).optional(),
})
export type EngineConfig = z.infer<typeof EngineConfig>

/**
 * The configuration of a profile; `runtime_config` overrides `build_config`.
 * @throws naming the invalid field
 */
export function engineConfig(profile: { build_config?: unknown; runtime_config?: unknown }): EngineConfig {
  const build = readConfig('build_config', profile.build_config)
  const runtime = readConfig('runtime_config', profile.runtime_config)
  return { ...build, ...runtime, env: { ...build.env, ...runtime.env } }
}

const readConfig = (name: string, value: unknown) => valid(EngineConfig, value ?? {}, name)

/** Names of secrets. `tokenizer` is not one: hiding its value would hide the model's name in every line. */
export const SECRET = /key|token(?!iz)|secret|password/i

/** The values of a configuration to hide in logs. */
export function secretsOf({ api_key, env = {}, args = [] }: EngineConfig): string[] {
  const variables = Object.entries(env)
  const flags = args.map((arg, i): [string, string] => {
    const [flag = '', value = args[i + 1] ?? ''] = arg.split(/=(.*)/s)
    return [flag.startsWith('-') ? flag : '', value]
  })
  const named = [...variables, ...flags].filter(([name]) => SECRET.test(name)).map(([, value]) => value)
  // A number is a limit (`--max-num-batched-tokens 131072`); a short value would hide parts of other words.
  return [api_key ?? '', ...named].filter((text) => text.length >= 6 && !/^(-.*|\d+)$/.test(text))
}

/** Parses a value. @throws one sentence: `runtime_config.port: Too big: …` */
export function valid<T extends z.ZodType>(schema: T, value: unknown, name: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = [name, ...(issue?.path ?? [])].map(String).join('.')
  throw new Error(`${path}: ${issue?.message ?? 'is not valid'}.`)
}
