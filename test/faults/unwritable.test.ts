import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { freePort, PROGRAM, runKitt } from '../e2e/_server.ts'

/** Runs the program to its end on a home; nothing it writes may be longer than `blocks` of 512 bytes, as on a full disk. */
async function ended(
  home: string,
  blocks: number | undefined,
  args: string[],
  env: Record<string, string> = {},
) {
  const limit = blocks === undefined ? '' : `trap '' XFSZ; ulimit -S -f ${blocks};`
  const child = spawn('bash', ['-c', `${limit} exec "$0" "$@"`, ...PROGRAM, ...args], {
    env: { PATH: process.env['PATH'] ?? '', KITT_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  const late = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const [code, signal] = await once(child, 'close')
  clearTimeout(late)
  return { code, signal, text }
}

const web = async () => ['web', '--insecure', '--host', '127.0.0.1', '--port', String(await freePort())]
const AGENT = ['agent', 'start']
const CONFIGURED = { KITT_SERVER: 'http://127.0.0.1:9', KITT_TOKEN: 'x'.repeat(20), KITT_NAME: 'gpu' }

/** A folder that is there, and in which nobody, root neither, can make a file. */
const READ_ONLY = '/sys/kernel'

test.skipIf(!existsSync(READ_ONLY))(
  '76: on a home that can only be read, server and agent end with 1 and one line that names it',
  async () => {
    const sentence = new RegExp(`^kitt: ${READ_ONLY} cannot be written: E\\w+\\. [^\n]+\n$`)
    expect(await ended(READ_ONLY, undefined, await web())).toEqual({
      code: 1,
      signal: null,
      text: expect.stringMatching(sentence),
    })
    const agent = await ended(READ_ONLY, undefined, AGENT, CONFIGURED)
    expect(agent).toMatchObject({ code: 1, signal: null })
    expect(agent.text.split('\n').slice(1).join('\n')).toMatch(sentence)
  },
)

test('76: on a full disk server and agent end with 1 and one line that names what cannot be written', async () => {
  const home = temporaryFolder()
  expect(await runKitt(['db', 'migrate'], { env: { KITT_HOME: home } })).toMatchObject({ code: 0 })
  for (const blocks of [0, 1]) {
    const ran = await ended(home, blocks, await web())
    expect(ran, `${blocks}`).toMatchObject({ code: 1, signal: null })
    expect(ran.text, `${blocks}`).toMatch(new RegExp(`^kitt: [^\n]*${home}[^\n]*\n$`))
  }
  const agent = await ended(temporaryFolder(), 0, AGENT, CONFIGURED)
  expect(agent).toMatchObject({ code: 1, signal: null })
  expect(agent.text.split('\n').slice(1).join('\n')).toMatch(/^kitt: [^\n]*\/kitt-test-[^\n]*\n$/)
})

test('76: a folder in the place of the announcement ends the server: it does not go on listening', async () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'server.json'))
  const ran = await ended(home, undefined, await web())
  expect(ran).toMatchObject({ code: 1, signal: null })
  expect(ran.text).toContain(`kitt: ${join(home, 'server.json')} cannot be written: `)
  expect(existsSync(join(home, 'server.lock'))).toBe(false)
})
