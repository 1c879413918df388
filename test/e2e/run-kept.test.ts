import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { nobody, scripted } from '../agent/bench/_server.ts'
import { startEngine } from './_engine.ts'
import { PROGRAM, runKitt } from './_server.ts'
import { startSimulator } from './_simulator.ts'

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** A server that takes a result and keeps it. */
async function resultServer() {
  const taken: Record<string, unknown>[] = []
  const url = await scripted(({ body, response }) => {
    taken.push(JSON.parse(body))
    response.setHeader('content-type', 'application/json')
    response.end('{"id":"0123456789abcdef","created":true}')
  })
  return { taken, flags: ['--report', '--server', url, '--token', 'a-token'] }
}

test.each([
  ['with a model', ['--model', 'm']],
  ['without one', []],
  ['in a sweep', ['--model', 'm', '--mode', 'sweep']],
])(
  'an engine that is not there, asked %s, leaves no result: exit 1, a sentence with the address',
  async (_, args) => {
    const [cwd, url, server] = [temporaryFolder(), await nobody(), await resultServer()]
    const run = await runKitt(['run', '--url', url, ...args, ...server.flags], { cwd })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    const [last] = run.stderr.trim().split('\n').slice(-1)
    expect(last).toMatch(/^kitt: .*\.$/)
    expect(last).toContain(url)
    expect(readdirSync(cwd)).toEqual([])
    expect(server.taken).toEqual([])
  },
)

test('a folder that takes no result is a usage error before anything is measured', async () => {
  const [cwd, engine] = [temporaryFolder(), await startEngine()]
  writeFileSync(join(cwd, 'file'), '')
  for (const folder of ['file', 'file/in/it', '/proc', '/proc/none']) {
    const run = await runKitt(['run', '--url', engine.url, '--model', 'm', '--results-dir', folder], { cwd })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(/^kitt: --results-dir: .* is not writable \(E[A-Z]+\)\.\n$/)
  }
  expect(engine.got).toEqual([])
})

test('the folder is tried without a trace, and a result is one whole file', async () => {
  const [cwd, engine] = [temporaryFolder(), await startEngine()]
  const run = await runKitt(['run', '--url', engine.url, '--requests', '1', '--results-dir', 'a/b'], { cwd })
  expect(run.code, run.stderr).toBe(0)
  const [file = '', ...more] = filesIn(cwd)
  expect([file.endsWith('/metrics.json'), more]).toEqual([true, []])
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ model: 'm', passed: true })
})

test.each([[[]], [['--json']]])(
  'what was measured is printed %j and reported where it cannot be written',
  async (more) => {
    const [cwd, server] = [temporaryFolder(), await resultServer()]
    const folder = join(cwd, 'results')
    const spoil = (n: number) => {
      if (n !== 2) return
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'm'), 'in the way')
    }
    const engine = await startEngine({ onRequest: spoil })
    const args = ['--model', 'm', '--requests', '3', '--results-dir', 'results', ...server.flags, ...more]
    const run = await runKitt(['run', '--url', engine.url, ...args], { cwd })
    expect(run.code).toBe(1)
    if (more.length > 0) expect(JSON.parse(run.stdout)).toMatchObject({ passed: true })
    else expect(run.stdout).toMatch(/throughput +3 +0 +[\d.]+/)
    expect(server.taken).toMatchObject([{ model: 'm', passed: true }])
    expect(run.stderr).toMatch(
      /Reported as 0123456789abcdef\nkitt: The result cannot be written to results\/m\/.* \(E[A-Z]+\)\.\n$/,
    )
  },
)

/** Starts `kitt run`; `ended` gives its exit code, or the signal that ended it. */
function startRun(args: string[], cwd: string) {
  const [command, program] = PROGRAM
  const child = spawn(command, [program, 'run', ...args], { cwd, env: { PATH: process.env['PATH'] ?? '' } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
  return { child, said, ended }
}

test.each([
  ['SIGINT', 130, []],
  ['SIGTERM', 143, []],
  ['SIGINT', 130, ['--workers', '2']],
] as const)(
  '%s keeps what there is: written, printed and reported as interrupted, exit %i %j',
  async (signal, code, more) => {
    const [cwd, server] = [temporaryFolder(), await resultServer()]
    let interrupt = () => {}
    const onRequest = (n: number) => (n === 6 ? interrupt() : n > 6 && new Promise(() => {}))
    const engine = await startEngine({ onRequest })
    const args = [
      '--url',
      engine.url,
      '--model',
      'm',
      '--requests',
      '50',
      '--runs',
      '3',
      '--timeout-s',
      '100',
    ]
    const run = startRun([...args, ...more, ...server.flags], cwd)
    interrupt = () => void setTimeout(() => run.child.kill(signal), 300)
    expect(await run.ended, run.said.stderr).toBe(code)
    const [file = ''] = filesIn(cwd)
    const document = JSON.parse(readFileSync(file, 'utf8'))
    expect(document).toMatchObject({
      interrupted: true,
      passed: false,
      results: [
        { run_number: 1, passed: false, metrics: { requests: 5, failed_requests: 0, stopped_by: 'aborted' } },
      ],
    })
    expect(run.said.stdout).toMatch(/throughput #1 +5 +0 +[\d.]+/)
    expect(run.said.stdout).toContain('INTERRUPTED')
    expect(run.said.stderr).toContain(`Result: ${file.slice(cwd.length + 1)}`)
    expect(server.taken).toMatchObject([{ interrupted: true }])
  },
)

test('a sweep that is interrupted has its points', async () => {
  const cwd = temporaryFolder()
  const url = await startSimulator(['--ttft', '80', '--tpot', '2'])
  const mode = ['--mode', 'sweep', '--requests', '8', '--max-concurrency', '8', '--output-tokens', '4']
  const run = startRun(['--url', url, '--model', 'm', '--json', ...mode, '--sweep-points', '40'], cwd)
  while (!/throughput: .*tok\/s[\s\S]*requests\/s: /.test(run.said.stderr) && run.child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20))
  run.child.kill('SIGINT')
  expect(await run.ended, run.said.stderr).toBe(130)
  const { results, interrupted } = JSON.parse(run.said.stdout)
  expect(interrupted).toBe(true)
  expect(results[0].metrics.curve.length).toBeGreaterThan(1)
  expect(results[0].metrics.curve.length).toBeLessThan(42)
  expect(filesIn(cwd)).toHaveLength(1)
})

test('interrupted before the first answer there is no result; a second signal ends it at once', async () => {
  const cwd = temporaryFolder()
  let begun = () => {}
  const first = new Promise<void>((resolve) => {
    begun = resolve
  })
  const engine = await startEngine({ onRequest: () => new Promise(() => begun()) })
  const run = startRun(['--url', engine.url, '--model', 'm'], cwd)
  await first
  run.child.kill('SIGINT')
  expect(await run.ended, run.said.stderr).toBe(130)
  expect(run.said.stderr).toContain('Stopped before a request was measured; nothing was written.')
  expect(existsSync(join(cwd, 'kitt-results'))).toBe(false)

  // A server that never answers holds the report; the result is in its file by then.
  const silent = await scripted(() => {})
  const held = startRun(
    ['--url', (await startEngine()).url, '--model', 'm', '--report', '--server', silent],
    cwd,
  )
  while (!held.said.stderr.includes('Result: ')) await new Promise((resolve) => setTimeout(resolve, 20))
  held.child.kill('SIGINT')
  expect([130, 'SIGINT']).toContain(await held.ended)
  expect(filesIn(cwd)).toHaveLength(1)
  rmSync(join(cwd, 'kitt-results'), { recursive: true })
})
