import { z } from 'zod'

/** A name that reaches a command line: one word that cannot pass for an option. */
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
  .refine((url) => !new URL(url).username && !new URL(url).password, 'must hold no credentials: use api_key')

/**
 * How a profile starts or finds an engine; what is left out comes from the table of engines.
 * @example { args: ['--max-model-len', '8192'], gpus: '0,1', env: { HF_TOKEN: '…' } }
 */
export const EngineConfig = z.strictObject({
  /** The container image of mode `docker`. */
  image: Word.regex(/^\S+$/, 'must be one word').optional(),
  /** Further arguments of the engine itself; never those of `docker`. */
  args: z.array(OneLine).max(200).optional(),
  env: z.record(EnvName, OneLine).optional(),
  /** The port on this host; a free one unless told. */
  port: z.int().min(1).max(65_535).optional(),
  /** `all`, `none`, so many, or their indexes or UUIDs with commas: `0,1`. */
  gpus: z.union([z.int().min(0).max(64), z.string().regex(/^(all|none|\w[\w-]*(,\w[\w-]*)*)$/)]).optional(),
  /** The engine that already runs, of mode `endpoint`. */
  base_url: EngineUrl.optional(),
  api_key: OneLine.min(1).optional(),
  /** The name the engine knows the model by, where it is another one. */
  model: Word.optional(),
  /** The program of mode `native`, instead of the engine's usual one. */
  binary: Word.optional(),
  /** The folder a native engine is run in; for TabbyAPI its checkout. */
  directory: Word.optional(),
  /** How long an engine may take to become ready. */
  ready_timeout_s: z.number().positive().max(86_400).optional(),
})
export type EngineConfig = z.infer<typeof EngineConfig>

/**
 * The configuration of a profile: what it is run with over what it is built from.
 * @throws one sentence that names what is wrong
 */
export function engineConfig(profile: { build_config?: unknown; runtime_config?: unknown }): EngineConfig {
  const build = readConfig('build_config', profile.build_config)
  const runtime = readConfig('runtime_config', profile.runtime_config)
  return { ...build, ...runtime, env: { ...build.env, ...runtime.env } }
}

const readConfig = (name: string, value: unknown) => valid(EngineConfig, value ?? {}, name)

/** A tokenizer is none, though its name would hide the model's in every line. */
export const SECRET = /key|token(?!iz)|secret|password/i

/** The values of a configuration that nobody is to read in a log. */
export function secretsOf({ api_key, env = {}, args = [] }: EngineConfig): string[] {
  const variables = Object.entries(env)
  const flags = args.map((arg, i): [string, string] => {
    const [flag = '', value = args[i + 1] ?? ''] = arg.split(/=(.*)/s)
    return [flag.startsWith('-') ? flag : '', value]
  })
  const named = [...variables, ...flags].filter(([name]) => SECRET.test(name)).map(([, value]) => value)
  // A number is a limit (`--max-num-batched-tokens 131072`), what is short would hide half of every line.
  return [api_key ?? '', ...named].filter((text) => text.length >= 6 && !/^(-.*|\d+)$/.test(text))
}

/** Parses, or throws one sentence for a person: `runtime_config.port: Too big: …`. */
export function valid<T extends z.ZodType>(schema: T, value: unknown, name: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = [name, ...(issue?.path ?? [])].map(String).join('.')
  throw new Error(`${path}: ${issue?.message ?? 'is not valid'}.`)
}
