import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runKitt, startKitt } from './_server.ts'
import { startSimulator } from './_simulator.ts'

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const resultsIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('metrics.json'))
const FAST = ['--ttft', '5', '--tpot', '1']

test('kitt run measures an engine: lines, a table, exit 0 and the result as a file', async () => {
  const url = await startSimulator(FAST)
  const cwd = temporaryFolder()
  const run = await runKitt(['run', '--url', url, '--model', 'lab/m', '--requests', '4'], { cwd })
  expect(run.code, run.stderr).toBe(0)
  expect(run.stdout).toMatch(/throughput +4 +0 +[\d.]+/)
  expect(run.stdout).toContain('SIMULATED')
  expect(run.stderr).toMatch(/run 1\/1 · throughput: 4 requests, [\d.,]+ tok\/s/)
  expect(run.stderr).not.toContain('\u001b')
  const [file = ''] = resultsIn(cwd)
  expect(run.stderr).toContain(`Store it on a server: kitt results import ${file} `)
  expect(file).toMatch(/^kitt-results\/lab--m\/openai\/[\dTZ-]+\/metrics\.json$/)
  const document = JSON.parse(readFileSync(join(cwd, file), 'utf8'))
  expect(document).toMatchObject({ model: 'lab/m', engine: 'openai', passed: true, simulated: true })
  expect(document.environment).toMatchObject({ mode: 'endpoint', load_times: { ready_s: null } })
})

test('the command of a result measures the same again', async () => {
  const url = await startSimulator(FAST)
  const cwd = temporaryFolder()
  const asked = [
    '--mode',
    'sweep',
    '--requests',
    '3',
    '--sweep-points',
    '1',
    '--max-concurrency',
    '2',
    '--slo',
    'ttft_ms=900',
  ]
  const first = await runKitt(['run', '--url', url, '--model', 'm', '--json', ...asked], { cwd })
  expect(first.code, first.stderr).toBe(0)
  expect(first.stderr).not.toContain('Store it')
  const { config } = JSON.parse(first.stdout)
  expect(config).toMatchObject({ benchmarks: ['load'], options: { mode: 'sweep', slo: { ttft_ms: 900 } } })
  const words = [...config.command.matchAll(/'([^']*)'|(\S+)/g)].map((word) => word[1] ?? word[2])
  const again = await runKitt([...words.slice(1), '--json'], { cwd })
  expect(again.code, again.stderr).toBe(0)
  expect(JSON.parse(again.stdout).config.options).toEqual(config.options)
  expect(resultsIn(cwd)).toHaveLength(2)
})

test('--report sends the result to a server; without one the result is kept and the sentence says how to send it', async () => {
  const [url, server, cwd] = [
    await startSimulator(FAST),
    await startKitt({ home: temporaryFolder() }),
    temporaryFolder(),
  ]
  const line = ['run', '--url', url, '--model', 'm', '--requests', '2', '--report', '--server', server.url]
  const run = await runKitt([...line, '--token', server.token], { cwd })
  expect(run.code, run.stderr).toBe(0)
  expect(run.stderr).not.toContain('Store it')
  const { items } = await (await server.client.api.v1.results.$get({ query: {} })).json()
  expect(items).toMatchObject([{ model: 'm', engine: 'openai', simulated: true, agent_id: null }])
  await server.stop()
  const alone = await runKitt([...line, '--token', server.token], { cwd })
  expect(alone.code).toBe(1)
  expect(alone.stderr).toContain('kitt results import kitt-results/m/openai/')
  expect(alone.stderr).not.toContain(server.token)
  expect(resultsIn(cwd)).toHaveLength(2)
})

test('an engine that fails gives exit 1 with the reason', async () => {
  const url = await startSimulator([...FAST, '--fail', '1:http_500'])
  const run = await runKitt(['run', '--url', url, '--model', 'm', '--requests', '2'], {
    cwd: temporaryFolder(),
  })
  expect(run.code).toBe(1)
  expect(run.stderr).toMatch(/kitt: 0 of 1 benchmarks passed: http_500/)
})

test.each([
  [['--mode', 'poisson'], /--rate: The modes constant and poisson need a rate/],
  [['--benchmarks', 'speed'], /Allowed values: throughput, latency/],
  [['--slo', 'ttft=3'], /--slo/],
  [['--options', '[1]'], /It must be a JSON object/],
  [['--requests', '0'], /whole number from 1/],
])('kitt run %j is used wrongly: exit 2, nothing measured', async (args, sentence) => {
  const run = await runKitt(['run', '--url', 'http://127.0.0.1:9', '--model', 'm', ...args], {
    cwd: temporaryFolder(),
  })
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toMatch(sentence)
})

test('kitt simulate refuses a plan it does not know', async () => {
  const run = await runKitt(['simulate', '--port', '0', '--fail', '3:explode'])
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toContain('kinds: http_500, stall, close, reset, bad_json')
})
