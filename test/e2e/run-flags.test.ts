import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { startEngine } from './_engine.ts'
import { runKitt } from './_server.ts'

const QUICK = ['--requests', '1', '--warmup', '0']

test('headers, the key of a variable, the field of the length and what is left out reach the engine', async () => {
  const engine = await startEngine()
  const run = await runKitt(
    [
      ...['run', '--url', `${engine.url}/gateway/v4`, ...QUICK, '--json', '--api-key-env', 'LAB_KEY'],
      ...[
        '--header',
        'X-Org: lab: 7',
        '--header',
        'x-team:blue',
        '--max-tokens-field',
        'max_completion_tokens',
      ],
      ...['--omit', 'temperature', '--omit', 'stream_options', '--output-tokens', '9'],
    ],
    { cwd: temporaryFolder(), env: { LAB_KEY: 'sk-very-secret-5', KITT_API_KEY: 'another' } },
  )
  expect(run.code, run.stderr).toBe(0)
  const [models] = engine.got
  const [answer] = engine.asked()
  expect(models).toMatchObject({ path: '/gateway/v4/models', headers: { 'x-org': 'lab: 7' } })
  expect(models?.headers['authorization']).toBe('Bearer sk-very-secret-5')
  expect(answer).toMatchObject({
    path: '/gateway/v4/chat/completions',
    headers: { 'x-org': 'lab: 7', 'x-team': 'blue', authorization: 'Bearer sk-very-secret-5' },
    body: { model: 'm', max_completion_tokens: 9 },
  })
  for (const field of ['max_tokens', 'temperature', 'stream_options'])
    expect(answer?.body).not.toHaveProperty(field)
  expect(run.stdout + run.stderr).not.toMatch(/very-secret|lab: 7|blue/)
  const { config } = JSON.parse(run.stdout)
  expect(config.options.headers).toEqual({ 'X-Org': '[hidden]', 'x-team': '[hidden]' })
  expect(config.command).not.toMatch(/hidden|[xX]-[Oo]rg/)
})

test('the one model of an engine need not be named; of several, one must be', async () => {
  const several = await startEngine({ models: ['lab/a', 'lab/b'] })
  const run = await runKitt(['run', '--url', several.url, ...QUICK], { cwd: temporaryFolder() })
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toBe('kitt: The engine serves 2 models, choose one with --model: lab/a, lab/b.\n')
  expect(several.asked()).toEqual([])
  const none = await startEngine({ models: [] })
  const other = await runKitt(['run', '--url', none.url, ...QUICK], { cwd: temporaryFolder() })
  expect(other).toMatchObject({ code: 2, stdout: '' })
  expect(other.stderr).toMatch(/^kitt: http:.*\/v1\/models lists no model: choose one with --model\.\n$/)
})

test('prompts of a file are sent, not the JSON they stand in', async () => {
  const cwd = temporaryFolder()
  const lines = [
    '{"prompt": "first", "id": 1}',
    '',
    '{"messages": [{"role": "user", "content": "second"}]}',
    'third',
  ]
  writeFileSync(join(cwd, 'prompts.jsonl'), lines.join('\n'))
  const engine = await startEngine()
  const flags = ['--requests', '3', '--warmup', '0', '--prompts', 'prompts.jsonl']
  const run = await runKitt(['run', '--url', engine.url, '--model', 'm', ...flags], { cwd })
  expect(run.code, run.stderr).toBe(0)
  const sent = engine.asked().map(({ body }) => body['messages'])
  expect(sent).toEqual(['first', 'second', 'third'].map((content) => [{ role: 'user', content }]))
})

const SECRET = 'sk-…5'
const WRONG: [what: string, args: string[], env: Record<string, string>, sentence: RegExp][] = [
  [
    'a key that was pasted wrongly',
    [],
    { KITT_API_KEY: SECRET },
    /The key in KITT_API_KEY contains U\+2026 "…" as character 4 of 5; /,
  ],
  [
    'a key with a line break',
    [],
    { KITT_API_KEY: 'sk-5\n' },
    /KITT_API_KEY contains a line break as character 5 of 5; /,
  ],
  [
    'a key that is not there',
    ['--api-key-env', 'LAB_KEY'],
    {},
    /--api-key-env: The variable LAB_KEY is not set\./,
  ],
  ['a header without a name', ['--header', ': x'], {}, /It must be "Name: value"\./],
  ['a header with a break', ['--header', 'X-A: a\nX-B: b'], {}, /contains a line break as character 2 of 8/],
  ['a header twice', ['--header', 'X-A: 1', '--header', 'x-a: 2'], {}, /The header x-a is given twice/],
  ['workers that are none', ['--workers', 'many'], {}, /whole number from 1/],
  ['too many workers', ['--workers', '65'], {}, /--workers must be a whole number from 1 to 64, or auto\./],
  ['a share that is none', ['--max-error-rate', '5'], {}, /--max-error-rate must be at most 1\./],
  [
    'a rate without a mode',
    ['--rate', '4'],
    {},
    /--rate is for the modes constant and poisson: choose one with --mode\./,
  ],
  [
    'a concurrency of one after the other',
    ['--mode', 'synchronous', '--concurrency', '4'],
    {},
    /--concurrency is for the mode concurrent, not for synchronous\./,
  ],
  [
    'points without a sweep',
    ['--sweep-points', '3'],
    {},
    /--sweep-points is for the mode sweep: choose it with --mode\./,
  ],
  [
    'an objective that is none',
    ['--slo', 'speed=3'],
    {},
    /--slo has no "speed"\. There are ttft_ms, tpot_ms, e2e_latency_ms\./,
  ],
  ['an objective without a number', ['--slo', 'ttft_ms=fast'], {}, /--slo ttft_ms must be a number\./],
  [
    'an unknown setting',
    ['--options', '{"request":3}'],
    {},
    /--options has no setting "request"\. Did you mean "requests"\? There are mode, concurrency, /,
  ],
  [
    'a setting of another kind',
    ['--options', '{"timeout_s":"long"}'],
    {},
    /--options: timeout_s must be a number\./,
  ],
  [
    'a setting that is none of some',
    ['--options', '{"mode":"fast"}'],
    {},
    /--options: mode must be one of synchronous, concurrent, /,
  ],
  [
    'headers of a result',
    ['--options', '{"headers":{"X-A":"[hidden]"}}'],
    {},
    /The value of the header X-A is hidden in results: give it again\./,
  ],
  [
    'an address that is none',
    ['--url', 'localhost:8000'],
    {},
    /--url: The address of the engine must be an http or https URL\./,
  ],
]

test.each(WRONG)(
  '%s is used wrongly: exit 2 with one sentence, nothing measured, nothing written',
  async (_, args, env, sentence) => {
    const engine = await startEngine()
    const cwd = temporaryFolder()
    const run = await runKitt(['run', '--url', engine.url, '--model', 'm', ...QUICK, ...args], { cwd, env })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(sentence)
    expect(run.stderr).not.toMatch(/invalid_|ZodError|expected|^ {4}at /m)
    expect(run.stderr).not.toContain(SECRET)
    expect(engine.got).toEqual([])
    expect(readdirSync(cwd)).toEqual([])
  },
)

test.each([
  ['{"prompt": "a"}\n{"prompt": "b"', /Line 2 of the prompt file starts like JSON but is not valid JSON/],
  ['{"prompt": "a"}\n{"text": "b"}', /Line 2 of the prompt file has no prompt/],
  ['', /The prompt file has no prompt/],
])('the prompt file %j is used wrongly, with the line of the fault', async (text, sentence) => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'prompts.jsonl'), text)
  const run = await runKitt(
    ['run', '--url', 'http://127.0.0.1:9', '--model', 'm', '--prompts', 'prompts.jsonl'],
    { cwd },
  )
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toMatch(sentence)
})
