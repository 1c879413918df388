import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importers } from '../../../app/results/importers/all.ts'
import { JsonReader } from '../../../app/results/importers/lenient-json.ts'
import { kept } from '../../../app/results/importers/private.ts'
import { gzipped, one, read, refusal } from './_read.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** Reads a text that comes in pieces of so many bytes. */
function readJson(file: Uint8Array, size = file.length): unknown[] {
  const reader = new JsonReader()
  for (let at = 0; at < file.length; at += size) reader.push(file.subarray(at, at + size))
  return reader.end()
}

test('any JSON is read as JSON.parse reads it, alone and one after another', () => {
  fc.assert(
    fc.property(fc.array(fc.json({ maxDepth: 5 }), { minLength: 1, maxLength: 4 }), (texts) => {
      const shown = texts.filter(
        (text) =>
          !/"(answers?|completions?|content|context|inputs?|messages|outputs?|prompts?|responses?|texts|thinking|__proto__)":/.test(
            text,
          ),
      )
      const file = bytes(shown.join('\n'))
      const parsed = shown.map((text) => JSON.parse(text))
      for (const size of [file.length, 1, 7]) expect(readJson(file, size)).toEqual(parsed)
    }),
  )
})

test('a long text and what is passed over may come in any pieces, with quotes and backslashes in them', () => {
  const words = ['\\"', '\\\\', 'x', ' } ]', 'é', '\n']
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), fc.nat(9), (parts, size) => {
      const long = 'y'.repeat(70_000) + parts.join('')
      const value = { prompt: parts.join(''), a: 1, long, outputs: [parts.join(''), [parts]], b: [2] }
      const [read] = readJson(bytes(JSON.stringify(value)), size === 0 ? 20_000 : size * 997) as [
        typeof value,
      ]
      expect(read).toEqual({ a: 1, long: `${'y'.repeat(1000)}…`, b: [2] })
      // Byte by byte, without the long one.
      const { long: _, ...short } = value
      expect(readJson(bytes(JSON.stringify(short)), 1)).toEqual([{ a: 1, b: [2] }])
    }),
    { numRuns: 30 },
  )
})

test('of many single requests within a run the first are read; runs themselves all are', () => {
  const objects = (n: number) => Array.from({ length: n }, (_, i) => ({ i }))
  const [run] = readJson(bytes(JSON.stringify({ requests: objects(5000), end: 1 })), 1000) as [
    Record<string, unknown[]>,
  ]
  expect(run['requests']).toHaveLength(2000)
  expect(run['end']).toBe(1)
  expect(readJson(bytes(JSON.stringify(objects(5000))))[0]).toHaveLength(5000)
  const [numbers] = readJson(bytes(JSON.stringify({ n: objects(5000).map(({ i }) => i) }))) as [
    { n: number[] },
  ]
  expect(numbers.n).toHaveLength(5000)
})

test('what tools write that is no JSON: NaN, Infinity, a record separator; a name cannot reach a prototype', () => {
  expect(readJson(bytes('\u001e{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN"} {"__proto__":{"x":1}}'))).toEqual(
    [{ a: null, b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], c: 'NaN' }, {}],
  )
  expect(({} as { x?: number }).x).toBeUndefined()
})

test.each([
  ['{"a":1', /cut short/],
  ['{"a":tru', /cut short/],
  ['{"a":"x', /cut short/],
  ['[1,2', /cut short/],
  ['{"a"', /cut short/],
  ['{"a":1}\n{"b":\n', /line 3\): it was cut short/],
  ['{"a" 1}', /Line 1 is not valid JSON: ":" was looked for/],
  ['{"a":1}\n{b:1}', /Line 2 is not valid JSON: a name in quotes/],
  ['{"a":01x}', /not valid JSON/],
  ['[1 2]', /"," or "\]"/],
  ['{"a":"\\x"}', /a text was looked for/],
  ['['.repeat(200), /deeper than 100 levels/],
])('%j is refused', (text, message) => {
  for (const size of [text.length, 1]) expect(() => readJson(bytes(text), size)).toThrow(message)
})

test('prompts and answers are never read into memory; where they end is found all the same', () => {
  expect(
    readJson(bytes('{"prompt":"a \\" } ]","outputs":[["x]"],{"y":"}"}],"output":{"kept":1},"n":1}')),
  ).toEqual([{ output: { kept: 1 }, n: 1 }])
  expect(() => readJson(bytes('{"prompt":["x"'))).toThrow(/cut short/)
})

test('more values than fit into the memory are refused', () => {
  expect(() => readJson(bytes(`[${'{},'.repeat(1_500_001)}1]`))).toThrow(/1.5 million lists and objects/)
})

test('keys are taken out wherever they are; names of metrics stay', () => {
  const shown = JSON.stringify(
    kept({
      api_key: 'k1-secret',
      nested: { Authorization: { value: 'k2-secret' } },
      headers: { 'X-Anything': 'k3-secret' },
      command: 'serve --api-key k4-secret --model m',
      args: ['--token', 'k5-secret', '--port', '1'],
      url: 'https://user:k6-secret@host/',
      text: 'curl -H "Authorization: Bearer k7-secret-abcdef"',
      python: "{'api_key': 'k8-secret'}",
      note: 'sk-proj-abcdefghijklmnop1234',
      inter_token_latency: { unit: 'ms', avg: 5 },
      max_tokens: 7,
      tokenizer: 'org/m',
    }),
  )
  expect(shown).not.toMatch(/k\d-secret|abcdefghijklmnop/)
  expect(JSON.parse(shown)).toMatchObject({
    inter_token_latency: { unit: 'ms', avg: 5 },
    max_tokens: 7,
    tokenizer: 'org/m',
    url: 'https://user:[secret]@host/',
  })
})

const llamaTest = { build_commit: 'a', n_prompt: 512, n_gen: 0, avg_ts: 5, model_filename: 'm.gguf' }

test('a byte order mark, gzip and UTF-16 are taken off', async () => {
  const plain = await one([llamaTest], {})
  const utf16 = new Uint8Array(Buffer.from(`\ufeff${JSON.stringify([llamaTest])}`, 'utf16le'))
  for (const file of [`\ufeff${JSON.stringify([llamaTest])}`, gzipped([llamaTest]), utf16])
    expect((await one(file, {})).digest).toBe(plain.digest)
})

test('a file of more runs than are taken is refused', async () => {
  expect(await refusal(Array(1001).fill(llamaTest), {})).toMatch(/holds 1001 runs, more than 1000/)
})

test('the time of a run: from the file, its name, who imports it, the file itself; otherwise it is missing', async () => {
  const about = async (asserted: object, more: object = {}) => {
    const { document, run } = await one([{ ...llamaTest, ...more }], asserted)
    return [document.timestamp, document.timestamp_source, run.missing.includes('timestamp')]
  }
  const told = {
    timestamp: '2026-03-01',
    path: 'x/run-20260204-050607.json',
    file_time: '2026-05-01T00:00:00Z',
  }
  expect(await about(told, { test_time: '2026-01-01T00:00:00Z' })).toEqual([
    '2026-01-01T00:00:00Z',
    'file',
    false,
  ])
  expect(await about(told)).toEqual(['2026-03-01', 'asserted', false])
  expect(await about({ ...told, timestamp: undefined })).toEqual(['2026-02-04T05:06:07', 'file_name', false])
  expect(await about({ file_time: '2026-05-01T00:00:00Z' })).toEqual([
    '2026-05-01T00:00:00Z',
    'file_time',
    false,
  ])
  expect(await about({})).toEqual([undefined, 'received', true])
})

test('every format has its own name and says what it looks for; the CSV of GuideLLM is sent to its JSON', async () => {
  expect(new Set(importers.map(({ format }) => format)).size).toBe(importers.length)
  const unknown = await refusal('{"a":1}')
  for (const { looksFor } of importers) expect(unknown).toContain(looksFor)
  const csv = 'Run Info,Run Info,Time to First Token\nModel,Strategy,Mean\n,,ms\nm,constant,5\n'
  expect(await refusal(csv)).toMatch(/CSV of GuideLLM.*Import the JSON/)
})

test('whatever JSON comes, a file is read or refused with a sentence, and nothing else is thrown', async () => {
  const names = [
    'model_id',
    'num_prompts',
    'request_throughput',
    'benchmarks',
    'metadata',
    'guidellm_version',
    'results',
    'n-shot',
    'config_general',
    'metrics',
    'build_commit',
    'avg_ts',
    'n_prompt',
    'timings',
    'predicted_n',
    'eval_count',
    'eval_duration',
    'aiperf_version',
    'input_config',
    'load_summary',
    'successes',
    'failures',
    'engine',
    'world_info',
    'request_info',
    'performance',
    'hw',
    'conc',
    'tput_per_gpu',
    'version',
    'scenario',
    'ttfts',
    'itls',
    'total_output_tokens_retokenized',
    'config',
    'report',
    'prefill',
    'latency_mode',
    'executor_type',
    'system',
  ]
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, 0, -1, 5, 'x', '0.2', true),
      fc.double(),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('any'), { maxLength: 3 }),
    object: fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 8 }),
  })).object
  await fc.assert(
    fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 3 }), async (values) => {
      const text = values.map((one) => JSON.stringify(one)).join('\n')
      const outcome = await read(text).catch((error: Error & { status?: number }) => error)
      if (outcome instanceof Error)
        expect((outcome as { status?: number }).status, String(outcome.stack)).toBe(400)
    }),
    { numRuns: 500 },
  )
})
