import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startKitt } from '../e2e/_server.ts'
import { agent, quickTest } from '../import-legacy/_import.ts'
import { document, pythonDatabase } from '../import-legacy/_python.ts'
import { commandLine, folderOfFile } from './_cli.ts'

const home = folderOfFile()
const { run, json } = commandLine(home)
const source = () =>
  pythonDatabase({
    runs: [
      { id: 'r1', model: 'A', engine: 'vllm', timestamp: '2026-01-01T00:00:00', raw_json: document('A') },
    ],
    agents: [agent('a1', 'gpu-1'), agent('a2', "no token's", { token_hash: '', token_prefix: '' })],
    quick_tests: [quickTest('t1', 'a1', 'completed')],
  })

test('a dry run counts and makes nothing, the import does it, a second one adds nothing', async () => {
  const path = await source()
  const dry = await json('db', 'import-legacy', path, '--dry-run')
  expect(dry).toMatchObject({
    dry_run: true,
    counts: { results: { added: 1 }, agents: { added: 2 }, tests: { added: 1 } },
  })
  expect(existsSync(join(home(), 'kitt.db'))).toBe(false)

  const done = await run('db', 'import-legacy', path, '--source-timezone', 'Europe/Berlin')
  expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('Schema version 11') })
  expect(done.stdout).toMatch(/^results +1 +0 +0$/m)
  expect(done.stdout).toContain("  kitt agents provision 'no token'\\''s' --rotate\n")
  expect(done.stdout).not.toContain('provision gpu-1')

  const log = statSync(join(home(), 'kitt.db-wal'), { throwIfNoEntry: false })
  expect(log?.size ?? 0, 'the file alone is the whole database').toBe(0)
  const after = readFileSync(join(home(), 'kitt.db'))
  expect(await json('db', 'import-legacy', path, '--dry-run')).toMatchObject({
    counts: { results: { added: 0, present: 1 } },
  })
  expect(readFileSync(join(home(), 'kitt.db')).equals(after)).toBe(true)
  expect(await json('db', 'import-legacy', path)).toMatchObject({
    dry_run: false,
    counts: {
      results: { added: 0, present: 1 },
      agents: { added: 0, present: 2 },
      tests: { added: 0, present: 1 },
    },
    agents_without_token: [{ id: 'a2', name: "no token's" }],
  })
})

test('on the server started afterwards an agent goes on with its old token, and one without is given one', async () => {
  const { url } = await startKitt({ home: home() })
  const asAgent = (path: string, body: object) =>
    fetch(`${url}/api/v1/agents/${path}`, {
      method: 'POST',
      headers: { Authorization: 'Bearer token-of-gpu-1', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect((await asAgent('register', { name: 'gpu-1', hostname: 'gpu-1.lan' })).status).toBe(201)
  const beat = await asAgent('gpu-1/heartbeat', { status: 'idle', uptime_s: 1 })
  expect(await beat.json()).toMatchObject({ ack: true, agent_id: 'a1' })
  expect((await asAgent('a2/heartbeat', { status: 'idle' })).status).toBe(403)
  expect(await json('agents', 'provision', "no token's", '--rotate')).toMatchObject({ agent_id: 'a2' })
  expect((await run('results', 'list')).stdout).toContain('r1')
})

test('a dry run says what would not be imported, the import what was not', async () => {
  const unreadable = { id: 'r2', model: 'B', engine: 'vllm', timestamp: '2026-01-01T00:00:00', raw_json: '{' }
  const path = await pythonDatabase({ runs: [unreadable] })
  const [dry, done] = [
    await run('db', 'import-legacy', path, '--dry-run'),
    await run('db', 'import-legacy', path, '--db-url', `file:${join(home(), 'partial.db')}`),
  ]
  const why = 'for the reasons above; all others'
  expect(dry).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`1 entry would not be imported, ${why} would.`),
  })
  expect(done).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`1 entry was not imported, ${why} were.`),
  })
})

test('what cannot be imported is one clear line', async () => {
  const path = await source()
  for (const [args, code, sentence] of [
    [['none.db'], 1, 'There is no file none.db.'],
    [[join(home(), 'kitt.db')], 1, 'is already a database of this KITT'],
    [[join(home(), 'auth-token')], 1, 'is damaged or not a database'],
    [[path, '--source-timezone', 'Mars'], 2, '"Mars" is not a time zone'],
    [[path, '--dry-run', '--db-url', 'http://127.0.0.1:9'], 1, '--dry-run needs a database that is a file'],
    [[], 2, "missing required argument 'file'"],
  ] as const) {
    const ran = await run('db', 'import-legacy', ...args)
    expect(ran, sentence).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(sentence) })
    expect(ran.stderr).not.toMatch(/\n +at /)
  }
})
