import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROGRAM } from '../e2e/_server.ts'
import { startSimulator } from '../e2e/_simulator.ts'
import { serverOfFile } from './_cli.ts'
import { NOISE, storing, times } from './_runs.ts'

const server = serverOfFile('--insecure')
const { home, run } = server
const { store, setupOf } = storing(server)

const other = (model: string) => ({ rest: { model } })

test('each exit code, in a shell', async () => {
  const base = await store(NOISE, other('codes'))
  const [again, slower] = [
    await store(times(1.001), other('codes')),
    await store(times(0.94), other('codes')),
  ]
  const [one] = await store([1000], other('one run'))
  const [alone] = await store([900], other('one run'))
  const [wide] = await store([1000], { ...other('codes'), options: { concurrency: 16 } })
  const [failed] = await store([0.1], { ...other('codes'), passed: false })
  await run('baselines', 'set', 'codes', ...base)
  const [program, script] = PROGRAM
  const shell = (line: string) => {
    const env = { PATH: process.env['PATH'] ?? '', KITT_HOME: home(), P: program, S: script }
    return spawnSync('sh', ['-c', `kitt() { "$P" "$S" "$@"; }; ${line}`], {
      ...{ env, cwd: home(), encoding: 'utf8' as const },
    })
  }
  const ended = (line: string, code: number, said: RegExp) => {
    const { stdout, stderr, status } = shell(line)
    expect(status, `${line}\n${stdout}\n${stderr}`).toBe(code)
    expect(stdout + stderr).toMatch(said)
    expect(stdout + stderr).not.toMatch(/\n +at /)
  }
  ended(`kitt gate ${again.join(' ')} --baseline codes`, 0, /the same: .*output_tps/)
  ended(`kitt gate ${base.join(' ')} --baseline codes`, 3, /the candidate has all 6 runs of the baseline/)
  ended(
    `kitt gate ${slower.join(' ')} --baseline codes`,
    1,
    /output_tps +tok\/s +1,000 +940.* −6 % .* −2 % +worse/,
  )
  ended(`kitt gate ${slower.join(' ')} --baseline codes || exit 7; echo passed`, 7, /^(?!.*passed)/s)
  ended('kitt gate', 2, /Name the results to judge/)
  ended(`kitt gate ${one} --limit 'output_tps=5'`, 2, /It must be like ttft_ms\.p95<300/)
  ended(`kitt gate ${alone} --baseline last:5`, 3, /one run against one/)
  ended(`kitt gate ${alone} --baseline last:5 --unclear pass`, 0, /cannot tell/)
  ended(`kitt gate ${wide} --baseline codes`, 4, /not comparable: .*concurrency/)
  ended(
    `kitt gate ${failed} --baseline codes --unclear pass`,
    5,
    /no run of the candidate can be judged.*it failed/,
  )
  ended(`kitt gate ${one} --baseline deleted`, 5, /^There is no baseline "deleted"/m)
  ended(`kitt gate nowhere --baseline codes`, 5, /There is no result "nowhere"/)
  ended(`kitt gate ${one} --baseline codes --server http://127.0.0.1:1 --token x`, 5, /There is no server at/)
})

test('the latest run of a setup is held against those before it', async () => {
  await store([...NOISE, 900], other('latest'))
  const setup = await setupOf('latest')
  const ran = await run('gate', '--setup', setup)
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 1 })
  expect(ran.stdout).toContain('1 run against setup')
  expect(ran.stdout).toContain('(6 runs)')
})

test('a result that its baseline consists of is held against nothing, and the gate says so', async () => {
  const [only = ''] = await store([1000], other('nosuch'))
  await run('baselines', 'set', 'own', only)
  const alone = await run('gate', only, '--baseline', 'own')
  expect(alone).toMatchObject({ code: 3, stdout: expect.not.stringContaining('0 runs') })
  expect(alone.stdout).toContain("cannot tell: the candidate is the baseline's only run")
  const missing = await run('gate', 'nosuch', '--baseline', 'own')
  expect(missing.stdout).toMatch(/There is no result "nosuch"\. "kitt results list" shows all\.$/m)
})

test('a metric that there is not is a wrong use, also where "cannot tell" passes', async () => {
  const base = await store(NOISE, other('typo'))
  const slower = await store(times(0.5), other('typo'))
  await run('baselines', 'set', 'typo', ...base)
  const gate = (...args: string[]) => run('gate', ...slower, '--baseline', 'typo', ...args)
  const typo = await gate('--metric', 'output_tps', '--metric', 'output_tpss', '--unclear', 'pass')
  expect(typo).toMatchObject({ code: 2, stdout: '' })
  expect(typo.stderr).toContain('There is no metric "output_tpss". Did you mean "output_tps"?')
  const unlike = await gate('--metric', 'colour')
  expect(unlike).toMatchObject({ code: 2, stderr: expect.stringMatching(/There is no metric "colour"\.$/m) })
  const short = await run('gate', ...slower, '--limit', 'ttft.p95<3')
  expect(short).toMatchObject({ code: 5, stdout: expect.stringContaining('(did you mean "ttft_ms.p95"?)') })
})

test('absolute limits stand beside the verdicts, or alone', async () => {
  const ids = await store(NOISE, other('limits'))
  const gate = (...args: string[]) => run('gate', ...ids, ...args)
  expect(await gate('--limit', 'ttft_ms.p95<300', '--limit', 'output_tps>=900')).toMatchObject({ code: 0 })
  const beyond = await gate('--limit', 'ttft_ms.p95<40')
  expect(beyond).toMatchObject({ code: 1 })
  expect(beyond.stdout).toMatch(/ttft_ms\.p95 +ms +41 .*< 40 +beyond the limit/)
  expect(await gate('--limit', 'no_such<1')).toMatchObject({ code: 5 })
  const beside = await run('gate', ids.at(-1) as string, '--baseline', 'last:5', '--limit', 'output_tps<900')
  expect(beside, beside.stdout).toMatchObject({ code: 1 })
})

test('the report is JSON, Markdown and JUnit, in files that are whole', async () => {
  await store(NOISE, other('files'))
  const slower = await store(times(0.9), other('files'))
  const args = ['gate', ...slower, '--baseline', 'last:6']
  const json = await run(...args, '--json')
  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({
    ...{ exit_code: 1, verdict: 'worse', candidate: slower, comparable: { level: 'same' } },
    text: expect.stringMatching(/^worse: output_tps −10 %/),
  })
  const markdown = await run(...args, '--markdown')
  expect(markdown.stdout).toMatch(/^### ❌ Worse\n/)
  const written = await run(...args, '--markdown', '-o', 'gate.md', '--junit', 'gate.xml')
  expect(written).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^worse: output_tps/) })
  expect(readFileSync(join(home(), 'gate.md'), 'utf8')).toBe(markdown.stdout)
  expect(readFileSync(join(home(), 'gate.xml'), 'utf8')).toContain('<failure type="failure"')
  expect(existsSync(join(home(), 'gate.xml.part'))).toBe(false)
  // Also what could not be carried out is told there, for the one who reads the pull request.
  const broken = await run('gate', 'nowhere', '--baseline', 'last:6', '--markdown', '-o', 'broken.md')
  expect(broken.code).toBe(5)
  expect(readFileSync(join(home(), 'broken.md'), 'utf8')).toContain('Could not be carried out')
})

test('only the named metrics are judged', async () => {
  await store(NOISE, other('metric'))
  const slower = await store(times(0.9), other('metric'))
  const ran = await run('gate', ...slower, '--baseline', 'last:6', '--metric', 'ttft_ms.p50', '--json')
  expect(ran.code).toBe(0)
  expect(JSON.parse(ran.stdout).lines).toMatchObject([{ metric: 'ttft_ms.p50', verdict: 'same' }])
})

test('--run measures an engine now and judges it; --restart begins each run anew', async () => {
  const url = await startSimulator(['--ttft', '5', '--tpot', '1'])
  const measure = ['--run', '--url', url, '--model', 'now', '--requests', '20']
  const gate = (...args: string[]) => run('gate', ...measure, ...args)
  const first = await gate('--limit', 'output_tps>1', '--json')
  expect(first.code, first.stdout + first.stderr).toBe(0)
  expect(first.stderr).toMatch(/Measured and stored as [0-9a-f]{16}/)
  const restarted = await gate(
    '--baseline',
    'last:1',
    '--runs',
    '2',
    '--restart',
    'echo again >> started',
    '--json',
  )
  expect(readFileSync(join(home(), 'started'), 'utf8')).toBe('again\nagain\n')
  expect(JSON.parse(restarted.stdout)).toMatchObject({ candidate: [expect.any(String), expect.any(String)] })
  expect([0, 1, 3], restarted.stdout).toContain(restarted.code)
  const failed = await gate('--restart', 'exit 9', '--limit', 'output_tps>1')
  expect(failed).toMatchObject({ code: 5, stdout: expect.stringContaining('exit code 9') })
  const gone = await run('gate', '--run', '--url', 'http://127.0.0.1:1', '--limit', 'output_tps>1')
  expect(gone.code).toBe(5)
})

test.each([
  [['a', '--run', '--url', 'http://localhost'], /not both/],
  [['--run', '--limit', 'a<1'], /--url/],
  [['a', '--url', 'http://localhost', '--limit', 'a<1'], /--run/],
  [['a'], /--baseline, --setup, or a --limit/],
  [['a', '--baseline', 'last:0'], /from 1 to 200/],
  [['a', '--baseline', 'x', '--unclear', 'maybe'], /Allowed choices/],
])('%j is used wrongly', async (args, said) => {
  const ran = await run('gate', ...args)
  expect(ran, ran.stderr).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(said) })
})
