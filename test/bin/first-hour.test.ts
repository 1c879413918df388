import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { PROGRAM, runtime } from '../e2e/_server.ts'
import { serverOfFile } from './_cli.ts'
import { commandsOf } from './_docs.ts'

const { home, url, run, json } = serverOfFile('--insecure')
const kitt = PROGRAM.map((word) => `'${word}'`).join(' ')

// Words and names are the same on every runtime: once is enough.
describe.runIf(runtime === 'node')('the first hour', () => {
  let tested = ''
  let result = ''
  beforeAll(async () => {
    await run('agents', 'virtual', 'sim-1')
    const args = ['--agent', 'sim-1', '--model', 'm', '--option', 'num_requests=2', '--follow']
    const { id, result_id } = await json('quicktest', 'run', ...args)
    tested = id
    result = result_id
  })

  /** Runs the program on a terminal of some width. */
  const onTerminal = (columns: number, ...args: string[]) =>
    spawnSync('script', ['-qec', `stty cols ${columns}; ${kitt} ${args.join(' ')}`, '/dev/null'], {
      env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', NO_COLOR: '1', KITT_HOME: home() },
      encoding: 'utf8',
    }).stdout.replaceAll('\r', '')

  test('ids are whole on a narrow terminal, and the beginning of one is enough; agents go by name', async () => {
    expect(onTerminal(80, 'quicktest', 'list')).toMatch(new RegExp(`^${tested} .*${result}$`, 'm'))
    const shown = await run('results', 'show', result.slice(0, 7))
    expect(shown.stdout).toMatch(/^gpu +Simulated GPU/m)
    expect(shown.stdout).toMatch(/^load +requests 2, /m)
    expect(shown.stdout).toMatch(/^throughput +ttft_ms +ms +\d/m)
    expect(await json('quicktest', 'show', tested.slice(0, 9))).toMatchObject({
      id: tested,
      options: { requests: 2 },
    })
    expect(await json('results', 'list', '--agent', 'sim-1', '--since', '1d')).toMatchObject({ total: 1 })
  })

  test.each([
    [['results', 'list', '--agent', 'sim-2'], 1, /^kitt: There is no agent "sim-2"\. Did you mean "sim-1"\?/],
    [
      ['results', 'list', '--engine', 'simulatd'],
      1,
      /^kitt: No result has the engine "simulatd"\. Did you mean "simulated"\?/,
    ],
    [['results', 'list', '--since', 'yesterday'], 2, /such as 7d, 12h or 30m/],
    [['quicktest', 'list', '--status', 'complete'], 2, /Did you mean "completed"\?/],
    [['results', 'show', 'zzz'], 1, /^kitt: There is no result "zzz"\. "kitt results list" shows all\.\n$/],
    [
      ['quicktest', 'run', '--model', 'm', '--benchmark', 'throughputt'],
      1,
      /^kitt: "throughputt" is no benchmark\. Did you mean "throughput"\? There are [^(]*\n$/,
    ],
    [
      ['quicktest', 'run', '--model', 'm', '--option', 'requets=1'],
      2,
      /^kitt: --option has no setting "requets"\. Did you mean "requests"\?/,
    ],
  ])('kitt %j is refused with exit %i and what was meant', async (args, code, sentence) => {
    const ran = await run(...args)
    expect(ran.stderr).toMatch(sentence)
    expect(ran).toMatchObject({ code, stdout: '' })
  })

  test('a campaign file says each fault once, as it stands in the file', async () => {
    const file = join(home(), 'wrong.yaml')
    writeFileSync(file, 'agent: sim-1\nmodels: 5\nengines: [{ name: simulated }]\n')
    const shape = await run('campaign', 'create', '-f', file)
    expect(shape).toMatchObject({ code: 1, stderr: 'kitt: models: must be a list\n' })
    writeFileSync(
      file,
      'agent: sim-1\nmodels: [{ name: m }]\nengines: [{ name: simulated }]\nbenchmark: latency\n',
    )
    const key = await run('campaign', 'create', '-f', file)
    expect(key.stderr).toMatch(
      /^kitt: "benchmark" is no key of a campaign\. Did you mean "benchmarks"\?[^\n]*\n$/,
    )
  })

  test('an endpoint is tested from the command line alone: its profile is made, found again and removed by name', async () => {
    await run('agents', 'provision', 'gpu-1')
    const args = ['--agent', 'gpu-1', '--engine', 'vllm', '--url', 'http://127.0.0.1:8001', '--model', 'm']
    const first = await json('quicktest', 'run', ...args)
    await json('quicktest', 'run', ...args)
    const { items } = await json('profiles', 'list')
    expect(items).toMatchObject([
      {
        name: 'vllm at 127.0.0.1:8001',
        mode: 'endpoint',
        runtime_config: { base_url: 'http://127.0.0.1:8001' },
      },
    ])
    expect(await json('quicktest', 'show', first.id)).toMatchObject({
      engine_mode: 'endpoint',
      profile_id: items[0].id,
    })
    const made = await run(
      'profiles',
      'create',
      'on 8002',
      '--engine',
      'vllm',
      '--url',
      'http://127.0.0.1:8002',
    )
    expect(made.stdout).toMatch(/^[0-9a-f]{16}\n$/)
    expect(made.stderr).toBe(
      `In a campaign's file: { name: vllm, profile: "on 8002" }   In a quick test: kitt quicktest run --profile 'on 8002'\n`,
    )
    const wrong = await run('profiles', 'create', 'p', '--engine', 'vllm', '--config', 'gpu=1')
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "gpus"?') })
  })

  test('following prints milestones; Ctrl-C says what goes on and how to come back', async () => {
    const [program, entry] = PROGRAM
    const args = [
      'quicktest',
      'run',
      '--agent',
      'sim-1',
      '--model',
      'm',
      '--option',
      'requests=5000',
      '--follow',
    ]
    const child = spawn(program, [entry, ...args], {
      env: { PATH: process.env['PATH'] ?? '', KITT_HOME: home() },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const begun = said.includes('/5,000 requests')
      said += text
      if (!begun && said.includes('/5,000 requests')) child.kill('SIGINT')
    })
    const [code] = await once(child, 'exit')
    expect(code, said).toBe(130)
    const [, id] = /^Quick test (\w+)/m.exec(said) ?? []
    expect(said).toMatch(
      new RegExp(`The test goes on\\. Come back to it: kitt quicktest logs ${id} --follow`),
    )
    expect(said.match(/\/5,000 requests/g)?.length).toBeLessThan(3)
    expect(await json('quicktest', 'cancel', id?.slice(0, 8) ?? '')).toEqual({ cancelled: [id] })
  })

  test('the page is opened signed in; an engine that is not there leaves no file and exit 1', async () => {
    const [opened, measured] = await Promise.all([
      run('open'),
      run('run', '--url', 'http://127.0.0.1:9', '--model', 'm', '--results-dir', join(home(), 'out')),
    ])
    expect(opened).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${url()}/#token=\\w+\\n$`)),
    })
    expect(measured).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('nothing was measured'),
    })
    expect(readdirSync(home())).not.toContain('out')
  })

  test('the install command is printed again with a new token, and says if only this machine reaches the server', async () => {
    await run('agents', 'provision', 'gpu-2')
    const { stderr } = await run('agents', 'provision', 'gpu-2', '--rotate')
    expect(stderr).toContain(`${url()}/api/v1/agent/install.sh?name=gpu-2`)
    expect(stderr).toMatch(/warning: This server listens on 127\.0\.0\.1 alone/)
  })

  test('bash offers agents, ids and engines', async () => {
    const script = (await run('completion', 'bash')).stdout
    const complete = (...typed: string[]) => {
      const words = typed.map((word) => `'${word}'`).join(' ')
      const line = `${script}\nkitt() { ${kitt} "$@"; }\nCOMP_WORDS=(kitt ${words}); COMP_CWORD=${typed.length}; _kitt; echo "\${COMPREPLY[*]}"`
      const env = { PATH: process.env['PATH'] ?? '', KITT_HOME: home() }
      return spawnSync('bash', ['-c', line], { encoding: 'utf8', env }).stdout.trim()
    }
    expect(complete('agents', 'show', 'sim')).toBe('sim-1')
    expect(complete('results', 'show', result.slice(0, 5))).toBe(result)
    expect(complete('quicktest', 'run', '--engine', 'oll')).toBe('ollama')
  })

  test('what the pages show of lists runs', async () => {
    const lists = commandsOf(/^kitt$/).filter(({ words }) => words[2] === 'list' && words.length === 3)
    const different = [...new Set(lists.map(({ words }) => words.slice(1).join(' ')))]
    expect(different.length).toBeGreaterThan(1)
    for (const words of different) expect((await run(...words.split(' '))).code, words).toBe(0)
  })
})
