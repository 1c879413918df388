import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { facts, table } from '../../bin/terminal/table.ts'
import { visible, visibleJson } from '../../lib/visible.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, PROGRAM, runKitt } from '../e2e/_server.ts'

/** What would clear a screen, forge a line, set a title, turn text round, and hide. */
const EVIL = 'né 模型\u001b[2J\u001b]0;title\u0007\r\nkitt: forged\u009b31m\u202egpj\u200b\u007f'
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b]/

const AGENT = {
  id: 'a',
  status: 'online',
  schedulable: true,
  gpu_count: 1,
  kitt_version: '2',
  last_heartbeat: null,
}

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

const failing = () =>
  listening((_, response) => {
    response.writeHead(400, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ error: EVIL, details: [{ path: EVIL, message: EVIL }] }))
  })

const expectPlain = (text: string) => {
  expect(text).not.toMatch(OBEYED)
  expect(text).not.toMatch(/^kitt: forged/m)
}

test('82: what an engine says reaches the terminal of "kitt run" without its controls, readable otherwise', async () => {
  const url = await failing()
  const folder = temporaryFolder()
  const ran = await runKitt(
    ['run', '--url', url, '--model', `m${EVIL}`, '--requests', '1', '--suite', 'quick'],
    {
      env: { KITT_HOME: folder },
      cwd: folder,
    },
  )
  expect(ran.code).toBe(1)
  expectPlain(ran.stderr)
  expectPlain(ran.stdout)
  expect(ran.stderr).toMatch(/né 模型(␛|\\u001b)\[2J/)
})

test('82: what a server says is one "kitt:" line in which controls are seen; JSON has them escaped', async () => {
  const server = await failing()
  const env = { KITT_HOME: temporaryFolder(), KITT_TOKEN: 'x'.repeat(20) }
  for (const args of [
    ['agents', 'list'],
    ['results', 'show', 'x'],
    ['campaign', 'launch', 'x'],
  ]) {
    const { code, stderr } = await runKitt([...args, '--server', server], { env })
    expect(code).toBe(1)
    expectPlain(stderr)
    expect(stderr).toMatch(
      /^kitt: né 模型␛\[2J␛\]0;title␇␍␊kitt: forged\\u009b31m\\u202egpj\\u200b␡[^\n]*\n$/,
    )
  }
  const listed = await listening((_, response) => {
    response.setHeader('Content-Type', 'application/json')
    response.end(
      JSON.stringify({
        items: [{ ...AGENT, name: EVIL, tags: [EVIL], gpu_info: EVIL }],
        total: 1,
        page: 1,
        pages: 1,
      }),
    )
  })
  const shown = await runKitt(['agents', 'list', '--server', listed], { env })
  expect(shown.code).toBe(0)
  expectPlain(shown.stdout)
  expect(shown.stdout.trimEnd().split('\n')).toHaveLength(3)
  const json = await runKitt(['agents', 'list', '--server', listed, '--json'], { env })
  expectPlain(json.stdout)
  expect(JSON.parse(json.stdout).items[0].name).toBe(EVIL)
})

test('82: what a server says is one line in the log of the agent', async () => {
  const server = await failing()
  const home = temporaryFolder()
  writeFileSync(
    join(home, 'agent.json'),
    JSON.stringify({ server, token: 'x'.repeat(20), name: `gpu${EVIL}` }),
  )
  const [command, program] = PROGRAM
  const child = spawn(command, [program, 'agent', 'start'], {
    env: { PATH: process.env['PATH'] ?? '', KITT_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  await eventually(async () => log.includes('cannot register'))
  expectPlain(log)
  for (const line of log.trimEnd().split('\n')) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z /)
})

test('82: tables and facts are what they are, whatever stands in heads and cells', () => {
  const made = table([{ head: EVIL, of: (text: string) => text }], [EVIL, 'b'], { width: 500, colour: false })
  expectPlain(made)
  expect(made.split('\n')).toHaveLength(4)
  expectPlain(facts([[EVIL, EVIL]]))
  expect(facts([[EVIL, EVIL]]).split('\n')).toHaveLength(1)
})

test('82: text of every script stays as it is, halves of characters are seen', () => {
  const fine = 'Grüße 模型 نموذج मॉडल 🚀 e\u0301 – “x”'
  expect(visible(fine)).toBe(fine)
  expect(visible('a\ud800b\udc00')).toBe('a\\ud800b\\udc00')
  expect(JSON.parse(visibleJson(JSON.stringify({ [EVIL]: EVIL })))).toEqual({ [EVIL]: EVIL })
})

test('82: nothing prints past the one place', () => {
  const writers = ['agent', 'app', 'bin', 'db', 'lib'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith('.ts'))
      .filter((path) => /^(?! \*).*(std(out|err)\.write|console\.\w+\()/m.test(readFileSync(path, 'utf8'))),
  )
  // The second asks a question of our own.
  expect(writers).toEqual(['bin/terminal/output.ts', 'bin/terminal/prompt.ts'])
})
