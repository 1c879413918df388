import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { runKitt, startKitt } from './_server.ts'
import { startSqld } from './_sqld.ts'

function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-remote-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary()).each(['url', 'socket'] as const)(
  'a libSQL server as database, by its %s: the main job runs',
  async (protocol) => {
    const folder = temporaryFolder()
    const database = await startSqld(folder)
    const kitt = await startKitt({ home: join(folder, 'home'), args: ['--db-url', database[protocol]] })
    const demo = await runKitt(['demo', '--server', kitt.url], { env: { KITT_HOME: join(folder, 'home') } })
    expect(demo.code, demo.stderr).toBe(0)
    const { items } = await (await kitt.client.api.v1.results.$get({ query: {} })).json()
    expect(items).toMatchObject([{ simulated: true }])
  },
  60_000,
)
