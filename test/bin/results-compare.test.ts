import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serverOfFile } from './_cli.ts'

const { home, run, json } = serverOfFile('--insecure')

async function stored(model: string, tps: number, p99: number): Promise<string> {
  const metrics = { output_tps: tps, ttft_ms: { p99 } }
  const document = { model, engine: 'vllm', results: [{ test_name: 'throughput', metrics }] }
  writeFileSync(join(home(), `${model}.json`), JSON.stringify(document))
  await run('results', 'import', `${model}.json`)
  return (await json('results', 'list', '--model', model)).items[0].id
}

test('results stand side by side, with the difference to the first and a star for the best', async () => {
  const [a, b] = [await stored('A', 100, 50), await stored('B', 120, 60)]
  const ran = await run('results', 'compare', a, b)
  expect(ran.code, ran.stderr).toBe(0)
  expect(ran.stdout).toMatch(/output_tps .* 100 +120 \(\+20 %\) \*$/m)
  expect(ran.stdout).toMatch(/ttft_ms\.p99 +ms +50 \* +60 \(\+20 %\)$/m)
  expect(await json('results', 'compare', a, b)).toMatchObject({ missing: [], items: [{ id: a }, { id: b }] })
  const one = await run('results', 'compare', a, b, '--metric', 'output_tps')
  expect(one.stdout).toContain('output_tps')
  expect(one.stdout).not.toContain('ttft_ms')
  expect(ran.stdout).toMatch(/^\* {2}better value$/m)
  expect(await run('results', 'compare', a, b, '--metric', 'output_tpss')).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('has the metric "output_tpss". Did you mean "output_tps"?\n'),
  })
})

test('the main metrics come first, percentiles of too few requests are marked, and what cannot be compared is said before', async () => {
  const client = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`connect_${i}_ms`, i + 1]))
  const of = async (model: string, tps: number) => {
    const metrics = { client, ttft_ms: { p50: tps, p99: tps, count: 20 }, output_tps: tps }
    const document = { model, engine: 'vllm', results: [{ test_name: 'throughput', metrics }] }
    writeFileSync(join(home(), `${model}.json`), JSON.stringify(document))
    await run('results', 'import', `${model}.json`)
    return (await json('results', 'list', '--model', model)).items[0].id
  }
  const { stdout } = await run('results', 'compare', await of('few-1', 10), await of('few-2', 20))
  const lines = stdout.split('\n')
  expect(lines[0]).toMatch(/^Not comparable: model/)
  const first = lines.findIndex((line) => line.startsWith('output_tps'))
  expect(lines.slice(first, first + 3)).toEqual([
    expect.stringMatching(/^output_tps .* 10 +20 \(\+100 %\)/),
    expect.stringMatching(/^ttft_ms\.p50 .* 10 \*/),
    expect.stringMatching(/^ttft_ms\.p99 .* 10\? \* +20\? /),
  ])
  expect(stdout).toContain('?  too few requests for this percentile')
})

test('a result that is not there, or one alone, is one clear line', async () => {
  const a = await stored('A', 100, 50)
  expect(await run('results', 'compare', a, 'nothing')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'kitt: There is no result "nothing". "kitt results list" shows all.\n',
  })
  expect(await run('results', 'compare', a)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'kitt: Name at least two results.\n',
  })
})
