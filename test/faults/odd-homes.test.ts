import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { databaseFile, databaseUrl } from '../../db/file-url.ts'
import { temporaryFolder } from '../_setup.ts'
import { runKitt, startKitt } from '../e2e/_server.ts'
import { document, pythonDatabase } from '../import-legacy/_python.ts'

const ODD = [
  '50%',
  'a%20b',
  '100%25',
  '%',
  '%zz',
  'a#b',
  'a?b=c',
  'with space',
  'Grüße 模型',
  "it's",
  'a\\b',
  '+&;',
]

test('75: a path comes back from its URL as it was, and is not taken for one of another kind', () => {
  for (const name of ODD)
    expect(databaseFile(databaseUrl(`/tmp/${name}/kitt.db`))).toBe(`/tmp/${name}/kitt.db`)
  for (const url of ['file:/tmp/a b.db', 'file:///tmp/a b.db', 'file://localhost/tmp/a%20b.db'])
    expect(databaseFile(url)).toBe('/tmp/a b.db')
  // As a person may write it.
  expect(databaseFile('file:///tmp/50%/kitt.db')).toBe('/tmp/50%/kitt.db')
  expect(databaseFile('file:/tmp/a#b/k.db')).toBe('/tmp/a#b/k.db')
  expect(databaseFile('file:kitt.db')).toBe(join(process.cwd(), 'kitt.db'))
  expect(databaseFile('libsql://x/kitt.db')).toBeUndefined()
})

test('75: server, command line, backup, restore and import find the same database, whatever stands in the path of the home', async () => {
  const base = temporaryFolder()
  const home = join(base, ODD.join(' '))
  mkdirSync(home)
  const kitt = async (...args: string[]) => {
    const ran = await runKitt([...args, '--json'], { env: { KITT_HOME: home }, cwd: home })
    expect(ran, args.join(' ')).toMatchObject({ code: 0 })
    return JSON.parse(ran.stdout)
  }
  const server = await startKitt({ home })
  await server.client.api.v1.agents.provision.$post({ json: { name: 'gpu-1' } })
  expect(await kitt('db', 'info')).toMatchObject({ tables: { agents: 1 } })
  expect(await kitt('db', 'backup', 'copy.db')).toMatchObject({ file: join(home, 'copy.db') })
  await server.stop()
  const runs = [
    { id: 'r1', model: 'A', engine: 'vllm', timestamp: '2026-01-01T00:00:00', raw_json: document('A') },
  ]
  const path = await pythonDatabase({ runs })
  expect(await kitt('db', 'import-legacy', path, '--dry-run')).toMatchObject({
    counts: { results: { added: 1 } },
  })
  expect(await kitt('db', 'import-legacy', path)).toMatchObject({ counts: { results: { added: 1 } } })
  expect(await kitt('db', 'info')).toMatchObject({ tables: { agents: 1, runs: 1 } })
  await kitt('db', 'restore', 'copy.db')
  expect(await kitt('db', 'info')).toMatchObject({ tables: { agents: 1, runs: 0 } })
  expect(await kitt('db', 'check')).toMatchObject({ violations: [] })
  expect(readdirSync(base)).toEqual([ODD.join(' ')])
})
