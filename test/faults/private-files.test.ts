import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { provisionedAgent, startAgent } from '../e2e/_agent.ts'
import { eventually, runKitt, startKitt } from '../e2e/_server.ts'

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
const DATABASE = ['kitt.db', 'kitt.db-shm', 'kitt.db-wal']

/** The most open mode that each file ever had, looked at every few milliseconds until `stop`. */
function watchModes(folder: string) {
  const seen = new Map<string, number>()
  const timer = setInterval(() => {
    for (const name of readdirSync(folder)) {
      const found = statSync(join(folder, name), { throwIfNoEntry: false })
      if (found?.isFile()) seen.set(name, (seen.get(name) ?? 0) | (found.mode & 0o777))
    }
  }, 2)
  return () => {
    clearInterval(timer)
    return Object.fromEntries([...seen].map(([name, bits]) => [name, bits.toString(8)]))
  }
}

test('64: the database, its log and a backup are for their owner alone from the first byte on', async () => {
  const home = temporaryFolder()
  const stop = watchModes(home)
  const server = await startKitt({ home })
  await server.client.api.v1.agents.provision.$post({ json: { name: 'gpu-1' } })
  for (const name of DATABASE) expect(mode(join(home, name)), name).toBe('600')
  const copies = temporaryFolder()
  const stopCopies = watchModes(copies)
  const backup = await runKitt(['db', 'backup', join(copies, 'copy.db')], { env: { KITT_HOME: home } })
  expect(backup.code, backup.stderr).toBe(0)
  expect(mode(join(copies, 'copy.db'))).toBe('600')
  for (const [name, most] of Object.entries({ ...stop(), ...stopCopies() })) expect(most, name).toBe('600')
})

test('64: files of an earlier version, which everybody could read, are closed at the start', async () => {
  const home = temporaryFolder()
  const first = await startKitt({ home })
  await first.stop('SIGKILL')
  for (const name of DATABASE) chmodSync(join(home, name), 0o644)
  await startKitt({ home })
  for (const name of DATABASE) expect(mode(join(home, name)), name).toBe('600')
})

test('64: a home folder that is open to others is told of, by the server and by the agent', async () => {
  const home = join(temporaryFolder(), 'home')
  mkdirSync(home, { mode: 0o755 })
  chmodSync(home, 0o755)
  const server = await startKitt({ home })
  expect(server.output.text).toContain(`chmod 700 ${home}`)
  const machine = await provisionedAgent(server)
  chmodSync(machine.home, 0o750)
  const agent = startAgent(machine.home)
  await agent.says('(mode 750)')
  await agent.stop()

  const closed = await startKitt({ home: temporaryFolder() })
  expect(closed.output.text).not.toContain('chmod 700')
  await eventually(async () => statSync(join(home, 'auth-token')).isFile())
})
