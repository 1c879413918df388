import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { eventually, startKitt } from '../e2e/_server.ts'

const SIZE = 24 * 1024 * 1024

const run = (command: string, ...args: string[]) => void execFileSync(command, args, { stdio: 'ignore' })

/** A small file system of its own, or undefined where this user may not mount one. */
function smallDisk(): string | undefined {
  const folder = temporaryFolder()
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder)
  } catch {
    return undefined
  }
  onTestFinished(() => run('umount', '--lazy', folder))
  return folder
}

/** Writes a file until nothing more fits. */
function fill(path: string) {
  const some = Buffer.alloc(64 * 1024)
  for (const flag of ['w', ...Array(SIZE / some.length).fill('a')]) {
    try {
      writeFileSync(path, some, { flag })
    } catch {
      return
    }
  }
}

test('17: a full disk: writes answer 503 with a sentence, reads go on, health says so; 5 s after there is room all works', async ({
  skip,
}) => {
  const disk = smallDisk()
  if (!disk) return skip('A file system can be mounted by root alone.')
  const server = await startKitt({ home: disk })
  const ask = async (method: string, path: string) => {
    const headers = { Authorization: `Bearer ${server.token}` }
    const response = await fetch(`${server.url}/api/v1${path}`, { method, headers })
    return { status: response.status, body: await response.json() }
  }
  expect((await ask('POST', '/agents/provision')).status).toBe(201)
  const filler = join(disk, 'filler')
  fill(filler)
  let made = 1
  const refused = await eventually(async () => {
    const answer = await ask('POST', '/agents/provision')
    if (answer.status === 201) made++
    return answer.status !== 201 && answer
  }, 60)
  expect(refused).toEqual({ status: 503, body: { error: expect.stringMatching(/^The database .*\.$/) } })
  for (let i = 0; i < 20; i++) expect((await ask('POST', '/agents/provision')).status).toBe(503)
  expect(await ask('GET', '/agents')).toMatchObject({ status: 200, body: { total: made } })
  expect(await ask('GET', '/health')).toMatchObject({ status: 503, body: { status: 'unavailable' } })

  rmSync(filler)
  await eventually(async () => (await ask('GET', '/health')).status === 200, 5)
  for (let i = 0; i < 20; i++) expect((await ask('POST', '/agents/provision')).status).toBe(201)
  expect(await ask('GET', '/agents')).toMatchObject({ body: { total: made + 20 } })
})
