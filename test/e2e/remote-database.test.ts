import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { eventually, runKitt, startKitt } from './_server.ts'
import { startSqld } from './_sqld.ts'

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-remote-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  'a libSQL server as database: the main job runs; while it is away 503, then all goes on and nothing is double',
  async () => {
    const folder = temporaryFolder()
    const database = await startSqld(folder)
    const kitt = await startKitt({ home: join(folder, 'home'), args: ['--db-url', database.url] })
    const demo = await runKitt(['demo', '--server', kitt.url], { env: { KITT_HOME: join(folder, 'home') } })
    expect(demo.code, demo.stderr).toBe(0)

    await database.kill()
    const ask = async (method: string, path: string) => {
      const response = await fetch(`${kitt.url}${path}`, {
        method,
        headers: { Authorization: `Bearer ${kitt.token}` },
      })
      return { status: response.status, body: await response.json() }
    }
    expect(await ask('GET', '/api/v1/health')).toEqual({
      status: 503,
      body: { status: 'unavailable', error: expect.any(String) },
    })
    expect(await ask('POST', '/api/v1/agents/virtual')).toEqual({
      status: 503,
      body: { error: expect.stringContaining('Try again') },
    })
    expect(await ask('GET', '/api/v1/results')).toMatchObject({ status: 503 })

    await startSqld(folder, database.port)
    await eventually(async () => (await ask('GET', '/api/v1/health')).status === 200)
    expect(await ask('GET', '/api/v1/agents')).toMatchObject({ body: { total: 1 } })
    expect(await ask('POST', '/api/v1/agents/virtual')).toMatchObject({ status: 201 })
    expect(await ask('GET', '/api/v1/results')).toMatchObject({ body: { total: 1 } })
  },
  60_000,
)
