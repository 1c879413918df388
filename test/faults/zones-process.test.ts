import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'
import { mainJob } from './_main-job.ts'
import { stamps } from './_stamps.ts'

test('13: a server in another zone does the main job, and all its stamps are UTC and of now', async () => {
  const began = Date.now()
  const server = await startKitt({ home: temporaryFolder(), env: { TZ: 'Pacific/Chatham' } })
  await mainJob(server)
  const found = await stamps(async (path) => (await fetch(server.url + path)).json())
  expect(found.length).toBeGreaterThan(4)
  for (const stamp of found) {
    expect(stamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
    expect(Date.parse(stamp)).toBeGreaterThan(began - 1000)
    expect(Date.parse(stamp)).toBeLessThan(Date.now() + 1000)
  }
})
