import { describe, expect, test } from 'vitest'
import {
  ConfigError,
  type ConfigInput,
  type ConfigKey,
  ConfigSchema,
  envName,
  flagName,
  resolveConfig,
} from '../../app/config.ts'

const HOME = { KITT_HOME: '/home/kitt' }
const resolve = (input: ConfigInput) => resolveConfig({ ...input, env: { ...HOME, ...input.env } })
const failure = (input: ConfigInput): string => {
  try {
    resolve(input)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('It was taken.')
}

/** A value of every setting other than its default, as text. */
const other: Record<ConfigKey, string> = {
  ...Object.fromEntries(
    (Object.keys(ConfigSchema.shape) as ConfigKey[]).map((key) => {
      for (const text of [
        '1',
        'elsewhere',
        '12345',
        'https://example.org/',
        'file:x.db',
        'redis://ring',
        'smtp://mail',
        'debug',
        'a-long-token',
        '127.0.0.1',
      ])
        if (ConfigSchema.shape[key].safeParse(text).success) return [key, text]
      throw new Error(`No value of ${key} is known to this test.`)
    }),
  ),
} as never

describe('every setting: a flag over its variable over the file over the default', () => {
  for (const key of Object.keys(ConfigSchema.shape) as ConfigKey[]) {
    test(`${key}: ${flagName(key)}, ${envName(key)}`, () => {
      const value = other[key]
      const read = (input: ConfigInput) => {
        const { config, sources } = resolve(input)
        return [config[key], sources[key]]
      }
      const parsed = ConfigSchema.shape[key].parse(value)
      const fallback = ConfigSchema.shape[key].safeParse(undefined).data
      if (key !== 'home') expect(read({})).toEqual([fallback, 'default'])
      const env = key === 'home' ? {} : { [envName(key)]: value }
      if (key !== 'home') expect(read({ file: { [key]: value } })).toEqual([parsed, 'file'])
      if (key !== 'home') expect(read({ file: { [key]: 'overruled' }, env })).toEqual([parsed, 'env'])
      const wrong = { [envName(key)]: 'overruled' }
      expect(read({ flags: { [key]: value }, env: wrong, file: { [key]: 'overruled' } })).toEqual([
        parsed,
        'flag',
      ])
    })
  }
})

test('the names of flags and variables follow from the key', () => {
  expect([flagName('model_dir'), envName('model_dir')]).toEqual(['--model-dir', 'KITT_MODEL_DIR'])
})

test('an empty variable is none, and the names that Devon has of its own are known', () => {
  expect(resolve({ env: { KITT_PORT: '' } }).config.port).toBe(8080)
  expect(resolve({ env: { DEVON_URL: 'http://devon/' } }).config.devon_url).toBe('http://devon/')
  const both = { DEVON_URL: 'http://devon/', KITT_DEVON_URL: 'http://other/' }
  expect(resolve({ env: both }).config.devon_url).toBe('http://other/')
})

test('numbers and switches are taken as text and as themselves', () => {
  expect(resolve({ file: { port: 1, no_auth: true } }).config).toMatchObject({ port: 1, no_auth: true })
  expect(resolve({ env: { KITT_PORT: '1', KITT_NO_AUTH: 'false' } }).config).toMatchObject({
    port: 1,
    no_auth: false,
  })
  expect(resolve({ env: { KITT_NO_AUTH: '1' } }).config.no_auth).toBe(true)
})

test('the value in force cannot be changed', () => {
  const { config } = resolve({})
  expect(Object.isFrozen(config)).toBe(true)
  expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError)
})

const wrong: [ConfigInput, RegExp][] = [
  [{ flags: { port: 'http' } }, /^--port: must be a whole number from 0 to 65535\.$/],
  [{ flags: { port: '65536' } }, /^--port: must be a whole number/],
  [{ env: { KITT_PORT: '-1' } }, /^KITT_PORT: must be a whole number/],
  [{ file: { port: 1.5 } }, /^config\.json: port: must be a whole number/],
  [{ env: { KITT_NO_AUTH: 'yes' } }, /^KITT_NO_AUTH: must be 1, 0, true or false\.$/],
  [{ flags: { auth_token: 'short' } }, /^--auth-token: must have at least 8 characters\.$/],
  [{ env: { KITT_DB_URL: 'postgres://x' } }, /^KITT_DB_URL: must start with file:, libsql:/],
  [{ flags: { log_level: 'loud' } }, /^--log-level: must be one of debug, .*silent\.$/],
  [{ env: { KITT_PUBLIC_URL: 'gpu-lab' } }, /^KITT_PUBLIC_URL: must be a URL/],
  [{ env: { DEVON_URL: 'ftp://x' } }, /^DEVON_URL: must be a URL/],
  [{ flags: { model_dir: '' } }, /^--model-dir: must not be empty\.$/],
  [{ file: { colour: 'red' } }, /^config\.json: "colour" is not a setting\./],
  [{ file: { lease_s: 1 } }, /^config\.json: lease_s: must be a whole number from 10 to/],
]
for (const [input, message] of wrong) {
  test(`wrong: ${JSON.stringify(input)} is one sentence that names how it was given`, () => {
    expect(failure(input)).toMatch(message)
    expect(failure(input)).toMatch(/^[^\n]+\.$/)
  })
}

test('a secret that is wrong is not shown', () => {
  expect(failure({ env: { KITT_AUTH_TOKEN: 'sesame' } })).not.toContain('sesame')
})
