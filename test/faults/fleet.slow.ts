import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { type RunningServer, startKitt } from '../e2e/_server.ts'
import { metric } from './_lines.ts'
import { type Beat, beat } from './_many-agents.ts'

const AGENTS = 10_000
const INTERVAL_MS = 30_000
const MINUTES = 10
const MB = 1_000_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function register({ client: { api } }: RunningServer, count: number) {
  const ids: string[] = []
  const one = async () => {
    while (ids.length < count) {
      const n = ids.push('') - 1
      const { agent_id } = await (await api.v1.agents.register.$post({ json: { name: `gpu-${n}` } })).json()
      ids[n] = agent_id
    }
  }
  await Promise.all(Array.from({ length: 32 }, one))
  return ids
}

test(`24: ${AGENTS} agents that beat every 30 s for ${MINUTES} min: p99 100 ms, no error, 400 MB; all back at once are served within 30 s`, async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const ids = await register(server, AGENTS)
  const beats: Promise<Beat>[] = []
  let memory = 0
  const began = performance.now()
  const total = (MINUTES * 60_000 * AGENTS) / INTERVAL_MS
  while (beats.length < total) {
    const due = Math.min(total, ((performance.now() - began) * AGENTS) / INTERVAL_MS)
    while (beats.length < due)
      beats.push(beat(server.port, server.token, ids[beats.length % AGENTS] as string))
    if (beats.length % 1000 === 0) memory = Math.max(memory, await metric(server, 'kitt_memory_rss_bytes'))
    await pause(2)
  }
  const all = await Promise.all(beats)
  memory = Math.max(memory, await metric(server, 'kitt_memory_rss_bytes'))
  const times = all.map(({ ms }) => ms).sort((a, b) => a - b)
  const p99 = times[Math.floor(times.length * 0.99)]

  const back = performance.now()
  const storm = await Promise.all(ids.map((id) => beat(server.port, server.token, id)))
  const took = performance.now() - back
  memory = Math.max(memory, await metric(server, 'kitt_memory_rss_bytes'))
  console.log({ beats: all.length, p99, storm_ms: took, memory_mb: memory / MB })
  expect(all.filter(({ status }) => status !== 200)).toEqual([])
  expect(storm.filter(({ status }) => status !== 200)).toEqual([])
  expect(took).toBeLessThan(30_000)
  expect(memory).toBeLessThan(400 * MB)
  expect(p99).toBeLessThan(100)
})
