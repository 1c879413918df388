import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../_eventually.ts'
import { measured } from '../setups/_document.ts'
import { serverOfFile } from './_cli.ts'

const { home, run, json } = serverOfFile('--insecure')

const document = (model: string, tps: number) => ({
  model,
  engine: 'vllm',
  suite_name: 'quick',
  timestamp: `2026-01-0${(tps % 9) + 1}T00:00:00Z`,
  passed: true,
  note: 'a, "b"\nc',
  results: [
    {
      test_name: 'throughput',
      run_number: 1,
      metrics: { output_tps: tps, ttft_ms: { p50: 31.5 } },
      outputs: ['o'],
    },
  ],
})

/** Writes a result file as "kitt run" lays it out. */
function put(path: string, text: string) {
  mkdirSync(join(home(), path), { recursive: true })
  writeFileSync(join(home(), path, 'metrics.json'), text)
}

test('results import takes files and folders, each content once, and says which files it could not', async () => {
  put('kitt-results/a/1', JSON.stringify(document('A', 1), null, 2))
  put('kitt-results/b/2', JSON.stringify(document('B', 2)))
  put('karr-7/c', `{"model":"C","engine":"vllm","big":12345678901234567890,"one":1.0}`)
  put('other', JSON.stringify(document('D', 4)))
  expect(await run('results', 'import')).toEqual({
    code: 0,
    stdout: '',
    stderr: '3 imported, 0 already stored.\nSee what was imported: kitt results list\n',
  })
  expect(await json('results', 'import', 'kitt-results', 'karr-7')).toEqual({
    imported: 0,
    known: 3,
    failed: [],
  })

  // The same content laid out differently.
  put('copy', JSON.stringify(document('B', 2), null, 4))
  expect(await json('results', 'import', 'copy', 'other/metrics.json')).toMatchObject({
    imported: 1,
    known: 1,
  })

  put('bad/list', '[1]')
  put('bad/broken', '{"model":')
  put('bad/nameless', '{"engine":"vllm"}')
  put('bad/good', JSON.stringify(document('E', 5)))
  const ran = await run('results', 'import', 'bad')
  expect(ran.code).toBe(1)
  expect(ran.stderr).toMatch(/bad\/list\/metrics\.json: The file is JSON of no format that KITT knows/)
  expect(ran.stderr).toMatch(
    /bad\/broken\/metrics\.json: The file ends in the middle of a value .* cut short/,
  )
  expect(ran.stderr).toMatch(/bad\/nameless\/metrics\.json: .*model/)
  expect(ran.stderr).toMatch(/kitt: 1 imported, 0 already stored, 3 failed\.\n$/)
  expect(await run('results', 'import', 'nowhere')).toMatchObject({
    code: 1,
    stderr: 'kitt: nowhere does not exist.\n',
  })
})

const vllm = {
  date: '20260816-160853',
  backend: 'vllm',
  model_id: 'org/imported',
  num_prompts: 10,
  request_rate: 'inf',
  max_concurrency: 2,
  duration: 2,
  completed: 10,
  failed: 0,
  total_input_tokens: 100,
  total_output_tokens: 200,
  request_throughput: 5,
  output_throughput: 100,
  median_ttft_ms: 50,
}

test('results import takes files of other tools, asks for what they do not say, and shows first what it would do', async () => {
  const folder = join(home(), 'artifacts')
  mkdirSync(folder)
  writeFileSync(join(folder, 'vllm-inf.json'), JSON.stringify(vllm))
  writeFileSync(join(folder, 'vllm-inf.pytorch.json'), JSON.stringify([vllm]))
  writeFileSync(join(folder, 'notes.txt'), 'nothing to import')
  writeFileSync(
    join(folder, 'throughput.json'),
    JSON.stringify({
      elapsed_time: 2,
      num_requests: 4,
      total_num_tokens: 80,
      requests_per_second: 2,
      tokens_per_second: 40,
    }),
  )
  const dry = await run('results', 'import', 'artifacts', '--dry-run')
  expect(dry.code).toBe(1)
  expect(dry.stdout).toMatch(/vllm-inf\.json +vllm-serve +stored +org\/imported +vllm/)
  expect(dry.stderr).toContain('artifacts/throughput.json: It does not say the model: give --model.\n')
  expect(dry.stderr).toMatch(
    /kitt: 1 would be imported, 0 already stored, 1 failed\. Passed over: 1 file without a result \(artifacts\/notes\.txt\)\.\n$/,
  )
  const facts = [
    '--model',
    'org/told',
    '--engine',
    'vllm',
    '--engine-version',
    '0.11',
    '--gpu',
    'H100',
    '--gpu-count',
    '2',
    '--host',
    'gpu-9',
    '--tag',
    'a',
    '--tag',
    'b',
  ]
  const done = await json('results', 'import', 'artifacts', ...facts)
  expect(done).toMatchObject({
    imported: 2,
    known: 0,
    failed: [],
    skipped: 1,
    files: [{ format: 'vllm-throughput' }, { format: 'vllm-serve', missing: [] }],
  })
  expect(await json('results', 'import', 'artifacts', ...facts)).toMatchObject({ imported: 0, known: 2 })
  const id = done.files[0].runs[0].result_id
  expect((await json('results', 'list', '--tag', 'b')).total).toBe(2)
  expect(await json('results', 'show', id)).toMatchObject({
    model: 'org/told',
    provenance: 'imported',
    timestamp_source: 'file_time',
    tags: ['a', 'b'],
    asserted: { model: { value: 'org/told', by: 'admin' } },
    system_info: { hostname: 'gpu-9', gpu: { model: 'H100', count: 2 } },
  })
  for (const file of done.files) for (const { result_id } of file.runs) await run('results', 'rm', result_id)
  expect(await run('results', 'import', 'artifacts', '--watch', '--dry-run')).toMatchObject({ code: 2 })
  expect((await run('results', 'import', 'artifacts/notes.txt')).stderr).toMatch(
    /notes\.txt: The file is text of no format that KITT knows\. It knows those of guidellm, .*vllm.*; .* --map /,
  )
  for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, `${name}.txt`), 'nothing either')
  const again = await run('results', 'import', 'artifacts', '--tag', 'c d')
  expect(again).toMatchObject({ code: 1 })
  expect(again.stderr).toContain(
    '4 files without a result (artifacts/a.txt, artifacts/b.txt, artifacts/c.txt, …).',
  )
  rmSync(join(folder, 'throughput.json'))
  writeFileSync(join(folder, 'second.json'), JSON.stringify({ ...vllm, duration: 4 }))
  const tagged = await run('results', 'import', folder, '--tag', 'c d')
  expect(tagged.stderr).toMatch(/See what was imported: kitt results show [0-9a-f]{16}\n$/)
  const { items: left } = await json('results', 'list', '--tag', 'c d')
  await run('results', 'rm', ...left.map(({ id }: { id: string }) => id))
  const both = await run('results', 'import', folder, '--tag', 'c d')
  expect(both.stderr).toMatch(/See what was imported: kitt results list --tag 'c d'\n$/)
  await run(
    'results',
    'rm',
    ...(await json('results', 'list', '--tag', 'c d')).items.map(({ id }: { id: string }) => id),
  )
})

test('results say how they were measured, their warnings, and which a report for CI leaves out', async () => {
  const warnings = [
    { code: 'prefix_cache', message: '9 of 10 prompt tokens came from the cache.', benchmark: 'throughput' },
    { code: 'few_samples', message: 'p99 needs 100 requests.' },
  ]
  const doubtful = measured(5)
  put('cached', JSON.stringify({ ...doubtful, warnings }))
  put('clean', JSON.stringify({ ...doubtful, timestamp: '2026-01-09T00:00:00Z' }))
  await run('results', 'import', 'cached', 'clean')
  const { items } = await json('results', 'list', '--model', doubtful.model)
  const id = items.find((one: { warnings: unknown[] }) => one.warnings.length > 0)?.id
  const [other] = items.filter((one: { id: string }) => one.id !== id)
  let shown = ''
  await eventually(async () => {
    shown = (await run('results', 'show', id)).stdout
    return shown.includes('left out')
  })
  expect(shown).toMatch(
    /^warning +9 of 10 prompt tokens came from the cache\. \(prefix_cache in throughput\)$/m,
  )
  expect(shown).toMatch(/^remark +p99 needs 100 requests\. \(few_samples\)$/m)
  expect(shown).toMatch(
    /^left out +of the statistics of this setup: prompts were answered from the prefix cache$/m,
  )
  expect((await run('results', 'show', other.id)).stdout).not.toContain('left out')
  expect((await run('results', 'list', '--model', doubtful.model)).stdout).toMatch(/ load .* 8 at once /s)

  const bencher = (...args: string[]) => run('results', 'export', '--format', 'bencher', ...args)
  expect(await bencher(id, other.id, '-o', 'b.json')).toEqual({
    code: 0,
    stdout: '',
    stderr: '1 of 2 results in b.json; left out: 1 (prefix_cache)\n',
  })
  expect(JSON.parse((await bencher(id, other.id, '-o', 'b.json', '--json')).stdout)).toMatchObject({
    results: 1,
    left_out: { prefix_cache: 1 },
  })
  expect((await bencher(other.id, '-o', 'b.json')).stderr).toBe('1 result in b.json\n')
  expect(await bencher(id, '-o', 'none.json')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'kitt: This result cannot be used: left out for prefix_cache.\n',
  })
  expect(existsSync(join(home(), 'none.json'))).toBe(false)
  await run('results', 'rm', id, other.id)
})

test('results list, show and rm', async () => {
  const found = await json('results', 'list', '--model', 'A')
  expect(found).toMatchObject({ total: 1, items: [{ model: 'A', agent_id: null, simulated: false }] })
  const [{ id }] = found.items
  const listed = await run('results', 'list', '--sort', '-metric:output_tps', '--limit', '2')
  expect(listed.stdout.split('\n').slice(2, 4)).toEqual([
    expect.stringMatching(/ E .* 5 +31.5$/),
    expect.stringMatching(/ D /),
  ])
  expect(listed.stderr).toBe('2 of 4 results\n')
  expect((await run('results', 'show', id)).stdout).toMatch(/throughput +ttft_ms +ms +31\.5/)
  const [{ id: big }] = (await json('results', 'list', '--model', 'C')).items
  const raw = await run('results', 'show', big, '--json')
  expect(raw.stdout).toContain('"big":12345678901234567890,"one":1.0')

  const tagging = (other: string) => run('results', 'tag', id, other, '--add', 'release', '--add', 'v1')
  expect(await tagging('gone')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^kitt: There is no result "gone"\./),
  })
  expect(await tagging('0123456789abcdef')).toEqual({
    code: 1,
    stdout: '',
    stderr: '1 of 2 results changed.\nkitt: There is no result 0123456789abcdef.\n',
  })
  expect(await json('results', 'tag', id, '--remove', 'v1')).toEqual({ changed: 1, missing: [] })
  expect(await run('results', 'tag', id)).toMatchObject({ code: 2 })
  expect((await run('results', 'note', id, 'The fan was loud.')).stderr).toBe(`Noted on ${id}.\n`)
  expect(await json('results', 'list', '--tag', 'release')).toMatchObject({ total: 1, items: [{ id }] })
  expect((await run('results', 'show', id)).stdout).toMatch(/tags +release\nnotes +The fan was loud\./)
  expect((await run('results', 'export', '--format', 'csv', '--tag', 'release')).stdout).toMatch(
    /,tags,notes,.*\r\n.*,release,The fan was loud\.,/,
  )

  expect(await json('results', 'rm', id)).toEqual({ deleted: [id] })
  expect(await run('results', 'show', id)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'kitt: There is no such result.\n',
  })
  expect(await run('results', 'list', '--since', 'soon')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('since'),
  })
})

test('results export writes JSON, JSON Lines and CSV, oldest first, to stdout or a file', async () => {
  const all = JSON.parse((await run('results', 'export')).stdout)
  expect(all.map(({ model }: { model: string }) => model)).toEqual(['B', 'D', 'E', 'C'])
  expect(all[0].results[0]).not.toHaveProperty('outputs')
  const full = JSON.parse((await run('results', 'export', '--outputs', '--model', 'B')).stdout)
  expect(full[0].results[0].outputs).toEqual(['o'])

  expect(await run('results', 'export', '-o', 'out.jsonl')).toEqual({
    code: 0,
    stdout: '',
    stderr: '4 results in out.jsonl\n',
  })
  const lines = readFileSync(join(home(), 'out.jsonl'), 'utf8').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).model)).toEqual(['B', 'D', 'E', 'C'])
  expect(lines[3]).toContain('"big":12345678901234567890')

  expect(await json('results', 'export', '-o', 'out.csv')).toEqual({
    file: 'out.csv',
    format: 'csv',
    results: 4,
  })
  const csv = readFileSync(join(home(), 'out.csv'), 'utf8').split('\r\n')
  const at = (csv[0] ?? '').split(',').indexOf('output_tps')
  expect(csv.slice(1, 4).map((row) => row.split(',')[at])).toEqual(['2', '4', '5'])
  const one = await run('results', 'export', '--format', 'csv', '--metric', 'ttft_ms.p50', '--model', 'B')
  expect(one.stdout).toMatch(/,kitt_version,ttft_ms\.p50\r\n.*,31\.5\r\n$/)

  expect(await run('results', 'export', '--requests', '-o', 'out.parquet')).toMatchObject({
    code: 0,
    stderr: 'Requests of 4 results in out.parquet\n',
  })
  const parquet = readFileSync(join(home(), 'out.parquet'), 'latin1')
  expect([parquet.slice(0, 4), parquet.slice(-4)]).toEqual(['PAR1', 'PAR1'])
  const { stdout } = await run('results', 'export', all[0].id, all[2].id, '--format', 'github-bigger')
  expect(JSON.parse(stdout)).toMatchObject([{ value: 2 }, { value: 5 }])

  expect((await run('results', 'export', '--since', '2030-01-01')).stdout).toBe('[]\n')
  for (const format of ['bencher', 'github-smaller', 'llm-d']) {
    const none = await run(
      'results',
      'export',
      '--since',
      '2030-01-01',
      '--format',
      format,
      '-o',
      'empty.json',
    )
    expect(none).toEqual({ code: 1, stdout: '', stderr: 'kitt: There is no result to export.\n' })
    expect(existsSync(join(home(), 'empty.json'))).toBe(false)
  }
  expect(await run('results', 'export', '-o', 'out.xlsx')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('".xlsx" names no format: use .json, .jsonl, .ndjson, .csv, .parquet,'),
  })
  expect((await run('results', 'export', '-o', 'out.txt', '--format', 'csv')).code).toBe(0)
  expect(await run('results', 'export', '--format', 'xml')).toMatchObject({ code: 2, stdout: '' })
  expect(await run('results', 'export', '-o', 'no/where.csv')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be written'),
  })
  expect(await run('results', 'export', '-o', '/dev/full')).toMatchObject({
    code: 1,
    stderr: 'kitt: /dev/full cannot be written: ENOSPC.\n',
  })
  expect(statSync('/dev/full').isCharacterDevice()).toBe(true)
})
