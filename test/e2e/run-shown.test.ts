import { expect, test } from 'vitest'
import { formatNumber } from '../../lib/format-number.ts'
import { temporaryFolder } from '../_setup.ts'
import { runKitt, startKitt } from './_server.ts'
import { startSimulator } from './_simulator.ts'

/** The cells of the first row of a table, by their heads. */
function firstRow(table: string): Record<string, string> {
  const [heads = '', , row = ''] = table.split('\n')
  const names = heads.trim().split(/ {2,}/)
  return Object.fromEntries(
    row
      .trim()
      .split(/ {2,}/)
      .map((cell, i) => [names[i] ?? i, cell]),
  )
}

test('a list takes throughput and latency from the benchmarks that are for them, and a sweep has a headline', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const url = await startSimulator(['--ttft', '20', '--tpot', '2'])
  const to = ['--server', server.url, '--token', server.token]
  const measure = async (...args: string[]) => {
    const about = ['run', '--url', url, '--model', 'm', '--json', '--report', '--output-tokens', '4']
    const run = await runKitt([...about, ...to, ...args], { cwd: temporaryFolder() })
    expect(run.code, run.stderr).toBe(0)
    const list = await runKitt(['results', 'list', '--limit', '1', ...to])
    return { document: JSON.parse(run.stdout), row: firstRow(list.stdout) }
  }
  const suite = [
    '--benchmarks',
    'warmup_analysis,latency,throughput',
    '--requests',
    '3',
    '--concurrency',
    '3',
  ]
  const { document, row } = await measure(...suite)
  const of = (name: string) =>
    document.results.find((result: { test_name: string }) => result.test_name === name).metrics
  expect(row).toMatchObject({
    'tok/s': formatNumber(of('throughput').output_tps),
    'TTFT ms': formatNumber(of('latency').ttft_ms.p50),
  })
  const sweep = await measure(
    '--mode',
    'sweep',
    '--requests',
    '4',
    '--sweep-points',
    '1',
    '--max-concurrency',
    '2',
  )
  expect(sweep.row['tok/s']).toBe(formatNumber(sweep.document.results[0].metrics.max_output_tps))
})

test('the table of a sweep has what was asked and kept, and names the points a warning is about', async () => {
  // Every second request fails; the others stop before their length, which is worth a column.
  const url = await startSimulator([
    '--ttft',
    '10',
    '--tpot',
    '1',
    '--fail',
    '2:http_500',
    '--stop-after',
    '2',
  ])
  const flags = [
    '--mode',
    'constant',
    '--rate',
    '40',
    '--requests',
    '8',
    '--warmup',
    '1',
    '--output-tokens',
    '3',
  ]
  const run = await runKitt(['run', '--url', url, '--model', 'm', ...flags], { cwd: temporaryFolder() })
  expect(run.code).toBe(1)
  const [heads = ''] = run.stdout.trim().split('\n')
  for (const head of ['asked/s', 'kept/s', 'wait', 'finished']) expect(heads).toContain(head)
  for (const head of ['goodput', 'reasoning', 'cached']) expect(heads).not.toContain(head)
  expect(run.stdout).toMatch(/\nwarning failures \(load\): [\d.]+ % of the requests failed\./)
})
