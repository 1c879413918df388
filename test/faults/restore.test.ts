import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LocalClient } from '../../db/local.ts'
import { temporaryFolder } from '../_setup.ts'
import { runKitt, startKitt } from '../e2e/_server.ts'

const commandLine =
  (home: string) =>
  (...args: string[]) =>
    runKitt(args, { env: { KITT_HOME: home }, cwd: home })

async function agentsIn(path: string): Promise<string[]> {
  const client = new LocalClient(path)
  const { rows } = await client.execute('SELECT name FROM agents ORDER BY name')
  client.close()
  return rows.map((row) => String(row['name']))
}

test('70: a backup is put back as it was after a kill, whatever log the killed server left beside its database', async () => {
  const home = temporaryFolder()
  const kitt = commandLine(home)
  const server = await startKitt({ home })
  const make = (name: string) => server.client.api.v1.agents.provision.$post({ json: { name } })
  for (let i = 0; i < 5; i++) await make(`before-${i}`)
  const backup = await kitt('db', 'backup', 'kept.db')
  expect(backup.stderr).toContain(`kitt db restore ${join(home, 'kept.db')}`)
  expect(backup.stderr).not.toContain('in the place of')
  for (let i = 0; i < 30; i++) await make(`after-${i}`)

  const refused = await kitt('db', 'restore', 'kept.db')
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(`process ${server.pid}, ${server.url}`),
  })
  expect(readdirSync(home).filter((name) => /replaced|part/.test(name))).toEqual([])

  await server.stop('SIGKILL')
  expect(statSync(join(home, 'kitt.db-wal')).size).toBeGreaterThan(0)
  const restored = JSON.parse((await kitt('db', 'restore', 'kept.db', '--json')).stdout)
  expect(existsSync(join(home, 'kitt.db-wal'))).toBe(false)
  expect(statSync(join(home, 'kitt.db')).mode & 0o777).toBe(0o600)
  expect(await agentsIn(join(home, 'kitt.db'))).toEqual([0, 1, 2, 3, 4].map((i) => `before-${i}`))
  // What was there is still there, complete.
  expect(await agentsIn(restored.replaced)).toHaveLength(35)
  expect(await kitt('db', 'check')).toMatchObject({ code: 0 })
  const again = await startKitt({ home })
  const { total } = await (await again.client.api.v1.agents.$get({ query: {} })).json()
  expect(total).toBe(5)
})

test('70: what is not a whole database of KITT is not put back, and nothing is changed', async () => {
  const home = temporaryFolder()
  const kitt = commandLine(home)
  await kitt('db', 'migrate')
  await kitt('db', 'backup', 'whole.db')
  writeFileSync(join(home, 'empty.db'), '')
  writeFileSync(join(home, 'text.db'), 'no database at all '.repeat(400))
  writeFileSync(join(home, 'cut.db'), readFileSync(join(home, 'whole.db')).subarray(0, 40_000))
  const foreign = new LocalClient(join(home, 'foreign.db'))
  await foreign.execute('CREATE TABLE others (id)')
  foreign.close()
  copyFileSync(join(home, 'whole.db'), join(home, 'broken.db'))
  const broken = new LocalClient(join(home, 'broken.db'))
  await broken.execute('PRAGMA foreign_keys=OFF')
  await broken.execute(
    "INSERT INTO agents (id, name, status, current_task, created_at) VALUES ('a', 'a', 'offline', 'nothing', 0)",
  )
  broken.close()
  const before = readFileSync(join(home, 'kitt.db'))
  const files = readdirSync(home)
  for (const name of ['empty.db', 'text.db', 'cut.db', 'foreign.db', 'broken.db', 'none.db', 'kitt.db']) {
    const ran = await kitt('db', 'restore', name)
    expect(ran, name).toMatchObject({ code: 1, stderr: expect.stringMatching(/^kitt: [^\n]+\.\n$/) })
  }
  expect(readFileSync(join(home, 'kitt.db')).equals(before)).toBe(true)
  expect(readdirSync(home).filter((name) => !files.includes(name))).toEqual([])
})
