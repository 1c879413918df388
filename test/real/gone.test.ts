import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, freePort } from '../e2e/_server.ts'
import { withoutEngine } from './_engine.ts'
import { startLlamaServer } from './_llama-server.ts'
import { measure, outputsOf } from './_measured.ts'

const resultsIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('metrics.json'))

describe.skipIf(withoutEngine)('a real llama-server that goes', () => {
  test('killed in mid-run: what failed is counted and said, what was measured is kept', async () => {
    const engine = await startLlamaServer(onTestFinished)
    const measuring = measure(engine, ['--concurrency', '2', '--requests', '40', '--warmup', '1'])
    await eventually(async () => (await engine.generated()) > 128 * 6, 60)
    await engine.kill()
    const { code, stderr, cwd, document } = await measuring
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /kitt: 0 of 1 benchmarks passed: (closed|connection) × \d: The (connection broke during the answer|engine could not be reached|engine closed the connection before it answered)/,
    )
    expect(stderr).not.toMatch(/\n +at /)
    if (!document) throw new Error(stderr)
    const outputs = outputsOf(document)
    const failed = outputs.filter(({ error }) => error)
    const [file = ''] = resultsIn(cwd)
    expect(JSON.parse(readFileSync(join(cwd, file), 'utf8'))).toEqual(document)
    expect(document).toMatchObject({ passed: false, failed_count: 1 })
    expect(outputs.length - failed.length).toBeGreaterThanOrEqual(4)
    const { requests, failed_requests } = document.results[0]!.metrics as Record<string, number>
    expect(failed_requests).toBe(failed.length)
    expect(requests).toBe(outputs.length - 1)
    for (const { error } of failed)
      expect((error as { message: string }).message).toMatch(
        /^The (connection broke during the answer|engine could not be reached at http:\S+|engine closed the connection before it answered) \(\S+\)\.$/,
      )
  })

  test('never there: exit 1 with the reason, and no result is left', async () => {
    const { code, stderr, cwd } = await measure({ url: `http://127.0.0.1:${await freePort()}` }, [])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^kitt: .*(ECONNREFUSED|refused)/m)
    expect(resultsIn(cwd)).toEqual([])
  })
})
