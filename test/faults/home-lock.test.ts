import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { commandLine } from '../bin/_cli.ts'
import { startKitt } from '../e2e/_server.ts'
import { pythonDatabase } from '../import-legacy/_python.ts'

test('72: a second server on a home is told who has it and ends with 1; it changes nothing of the first', async () => {
  const home = temporaryFolder()
  const first = await startKitt({ home })
  const announced = readFileSync(join(home, 'server.json'), 'utf8')
  await expect(startKitt({ home })).rejects.toThrow(
    new RegExp(
      `^kitt web ended with 1:\nkitt: A server already runs on the home folder ${home}, as process ${first.pid}, ${first.url}\\. [^\n]+\n$`,
    ),
  )
  expect(readFileSync(join(home, 'server.json'), 'utf8')).toBe(announced)
  expect((await fetch(`${first.url}/api/v1/health`)).status).toBe(200)
  await first.stop()
  expect(existsSync(join(home, 'server.lock'))).toBe(false)
})

test('72: the lock of a killed server is taken over at once, and so is one whose process number is another process now', async () => {
  const home = temporaryFolder()
  const first = await startKitt({ home })
  await first.stop('SIGKILL')
  expect(existsSync(join(home, 'server.lock'))).toBe(true)
  const second = await startKitt({ home, seconds: 10 })
  await second.stop()
  const other = { pid: process.pid, identity: 'of an earlier process', about: 'http://gone' }
  writeFileSync(join(home, 'server.lock'), JSON.stringify(other))
  await startKitt({ home, seconds: 10 })
})

test('72: two homes may not have the same database file', async () => {
  const [one, two] = [temporaryFolder(), temporaryFolder()]
  const file = join(temporaryFolder(), 'lab.db')
  const first = await startKitt({ home: one, args: ['--db-url', `file:${file}`] })
  await expect(startKitt({ home: two, args: ['--db-url', `file:${file}`] })).rejects.toThrow(
    `kitt: A server already runs on the database ${file}, as process ${first.pid}, ${first.url}.`,
  )
  await startKitt({ home: two })
})

test('72: what changes the database of a running server from outside is refused, and done once it is stopped', async () => {
  const [home, elsewhere] = [temporaryFolder(), temporaryFolder()]
  const file = join(elsewhere, 'lab.db')
  const copy = join(home, 'copy.db')
  const python = await pythonDatabase({})
  const server = await startKitt({ home, args: ['--db-url', `file:${file}`] })
  const inHome = commandLine(() => home)
  expect(await inHome.run('db', 'backup', copy, '--db-url', `file:${file}`)).toMatchObject({ code: 0 })
  const changes = [
    ['db', 'migrate'],
    ['db', 'import-legacy', python],
    ['db', 'restore', copy],
  ]
  for (const change of changes) {
    for (const [at, where] of [
      [inHome, `home folder ${home}`],
      [commandLine(temporaryFolder), `database ${file}`],
    ] as const) {
      const ran = await at.run(...change, '--db-url', `file:${file}`)
      const said = `kitt: A server already runs on the ${where}, as process ${server.pid}, ${server.url}. `
      expect(ran, change.join(' ')).toMatchObject({ code: 1, stdout: '' })
      expect(ran.stderr.slice(0, said.length)).toBe(said)
    }
  }
  await server.stop()
  for (const change of changes)
    expect(await inHome.run(...change, '--db-url', `file:${file}`), change.join(' ')).toMatchObject({
      code: 0,
    })
  expect(existsSync(join(home, 'server.lock'))).toBe(false)
})
