import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { eventually } from '../_eventually.ts'
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
    // What a server does by itself writes there too.
    const setups = await eventually(async () => {
      const { items } = await (await kitt.client.api.v1.setups.$get({ query: {} })).json()
      return items.length > 0 && items
    })
    expect(setups).toMatchObject([{ runs: 1 }])
  },
  60_000,
)

test.skipIf(!sqldBinary())(
  'a result that is larger than the libSQL server takes is refused for good, so that no agent sends it for ever',
  async () => {
    const folder = temporaryFolder()
    const database = await startSqld(folder)
    const kitt = await startKitt({ home: join(folder, 'home'), args: ['--db-url', database.url] })
    const { api } = kitt.client
    const made = await (await api.v1.agents.provision.$post({ json: { name: 'gpu-1' } })).json()
    const report = (megabytes: number) => {
      const outputs = 'x'.repeat(megabytes * 1_000_000)
      const result_data = { model: 'm', engine: 'vllm', results: [], outputs: [outputs] }
      return fetch(`${kitt.url}/api/v1/agents/${made.agent_id}/results`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${made.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ command_id: `by-hand-${megabytes}`, result_data }),
      })
    }
    const refused = await report(6)
    expect(refused.status).toBe(413)
    expect(await refused.json()).toEqual({ error: expect.stringContaining('takes nothing of this size') })
    expect((await report(2)).status).toBe(202)
  },
  60_000,
)
