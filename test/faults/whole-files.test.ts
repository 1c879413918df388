import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LocalClient } from '../../db/local.ts'
import { writeWholeFile } from '../../lib/write-file.ts'
import { temporaryFolder } from '../_setup.ts'
import { PROGRAM, runKitt, startKitt } from '../e2e/_server.ts'

/** A home whose database has so many bytes in it. */
async function homeWith(bytes: number): Promise<string> {
  const home = temporaryFolder()
  expect(await runKitt(['db', 'migrate'], { env: { KITT_HOME: home } })).toMatchObject({ code: 0 })
  const client = new LocalClient(join(home, 'kitt.db'))
  await client.execute('CREATE TABLE filler (bytes)')
  await client.execute({ sql: 'INSERT INTO filler VALUES (randomblob(?))', args: [bytes] })
  client.close()
  return home
}

test('71: a backup that finds no room leaves nothing, and names what cannot be written, not the database', async () => {
  const home = await homeWith(2_000_000)
  // A limit of the size of files is the same to a program as a disk that is full.
  const line = `trap '' XFSZ; ulimit -f 1000; exec "$0" "$@"`
  const child = spawn('bash', ['-c', line, ...PROGRAM, 'db', 'backup', join(home, 'copy.db')], {
    env: { PATH: process.env['PATH'] ?? '', KITT_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(new RegExp(`^kitt: ${home}/copy.db cannot be written: [^\n]+\n$`)),
  })
  expect(readdirSync(home).filter((name) => name.startsWith('copy'))).toEqual([])
})

test('71: a backup that is killed leaves no file under its name, and what it leaves is closed to others', async () => {
  const home = await homeWith(80_000_000)
  const target = join(home, 'copy.db')
  const [command, program] = PROGRAM
  const child = spawn(command, [program, 'db', 'backup', target], {
    env: { PATH: process.env['PATH'] ?? '', KITT_HOME: home },
    stdio: 'ignore',
  })
  const size = () => statSync(`${target}.part`, { throwIfNoEntry: false })?.size ?? 0
  while (size() < 1_000_000 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 1))
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(existsSync(target)).toBe(false)
  expect(statSync(`${target}.part`).mode & 0o777).toBe(0o600)
  expect(await runKitt(['db', 'backup', target], { env: { KITT_HOME: home } })).toMatchObject({ code: 0 })
  expect(readdirSync(home).filter((name) => name.startsWith('copy'))).toEqual(['copy.db'])
})

test('71: "kitt web" takes neither an empty file nor one without tables for a new database', async () => {
  for (const content of ['', 'tableless']) {
    const home = temporaryFolder()
    const path = join(home, 'kitt.db')
    writeFileSync(path, '')
    if (content !== '') {
      const client = new LocalClient(path)
      await client.executeMultiple('CREATE TABLE t (a); DROP TABLE t')
      client.close()
    }
    const before = readFileSync(path)
    await expect(startKitt({ home })).rejects.toThrow(
      /^kitt web ended with 1:\nkitt: The database [^\n]*kitt db restore FILE[^\n]*\n$/,
    )
    expect(readFileSync(path).equals(before)).toBe(true)
  }
})

test('71: a file keeps its permissions and a link stays a link; what fails leaves the old file', () => {
  const folder = temporaryFolder()
  const path = join(folder, 'a.json')
  writeFileSync(path, 'old', { mode: 0o640 })
  symlinkSync(path, join(folder, 'link'))
  writeWholeFile(join(folder, 'link'), 'new')
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect(statSync(path).mode & 0o777).toBe(0o640)
  writeFileSync(`${path}.part`, 'left by a killed one', { mode: 0o666 })
  writeWholeFile(path, 'secret', { mode: 0o600 })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(() => writeWholeFile(path, undefined as unknown as string)).toThrow()
  expect(readFileSync(path, 'utf8')).toBe('secret')
  expect(readdirSync(folder).sort()).toEqual(['a.json', 'link'])
})

/** Who writes files in another way, and why that is right there. */
const OTHER_WRITERS: Record<string, string> = {
  'agent/engines/docker.ts': 'the environment of one start, removed at once',
  'agent/delivery/journal-disk.ts': 'a log that is appended to, synced; written anew beside itself',
  'agent/storage/copy.ts': 'copies of models go on where they were interrupted',
  'agent/install/update.ts': 'an archive in a folder of its own, checked by its digest before',
  'app/server/secret-key.ts': 'a key that must not replace one that is there; whole before it appears',
  'app/server/models/manifest.ts': 'in a folder that others write to',
  'bin/db/copy/side.ts': 'a database that SQLite writes, renamed once it is whole',
  'bin/terminal/write-out.ts': 'devices and pipes',
  'db/new-file.ts': 'a database that SQLite writes',
  'lib/lock.ts': 'a file that must not be replaced',
  'lib/write-file.ts': 'the one place',
}

test('71: every file is written by the one function that makes it appear complete', () => {
  const writes = /\b(writeFile(Sync)?|createWriteStream|appendFile(Sync)?)\(|\bopen(Sync)?\([^)]*'[wa]x?\+?'/
  const folders = ['agent', 'app', 'bin', 'db', 'lib']
  const writers = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith('.ts') && writes.test(readFileSync(path, 'utf8'))),
  )
  expect(writers.filter((path) => !Object.hasOwn(OTHER_WRITERS, path))).toEqual([])
})
