import { type Bench, type Running, TOKEN } from './bench.ts'
import { LARGE_FILES } from './import-files.ts'
import type { Part, Scenario } from './scenario.ts'

const LOOK_MS = 50
const AT_REST_MS = 2000
/** The server looks at its loop every so many ms: a delay of this is none. */
const RESOLUTION_MS = 20

/** The memory of a server in MB, and how late its event loop was since the last look, in ms. */
async function look({ baseUrl }: Running): Promise<{ mb: number; lag: number }> {
  const answer = await fetch(`${baseUrl}/metrics`, { headers: { Authorization: `Bearer ${TOKEN}` } })
  const text = await answer.text()
  const of = (name: RegExp) => Number(name.exec(text)?.[1] ?? Number.NaN)
  return {
    mb: of(/^kitt_memory_rss_bytes (\S+)$/m) / 1e6,
    lag: of(/^kitt_event_loop_lag_seconds\{quantile="max"\} (\S+)$/m) * 1000 - RESOLUTION_MS,
  }
}

/** Looks at a server until told to end; then the most of both. */
function watch(server: Running) {
  const most = { mb: 0, lag: 0 }
  let ended = false
  const watched = (async () => {
    while (!ended) {
      const { mb, lag } = await look(server)
      most.mb = Math.max(most.mb, mb)
      most.lag = Math.max(most.lag, lag)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    return most
  })()
  return () => {
    ended = true
    return watched
  }
}

async function importOne(bench: Bench, name: string, body: Uint8Array): Promise<Part[]> {
  const server = await bench.server()
  await new Promise((resolve) => setTimeout(resolve, AT_REST_MS))
  const rest = watch(server)
  await new Promise((resolve) => setTimeout(resolve, AT_REST_MS))
  bench.say(`at rest, the event loop is up to ${(await rest()).lag.toFixed(0)} ms late: that is the machine`)
  const { mb: idle } = await look(server)
  const most = watch(server)
  const query = new URLSearchParams({ model: 'org/m', engine: 'vllm' })
  const begun = performance.now()
  const answer = await fetch(`${server.baseUrl}/api/v1/results/import?${query}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: body as Uint8Array<ArrayBuffer>,
  })
  bench.say(
    `${((performance.now() - begun) / 1000).toFixed(1)} s for ${Math.round(body.byteLength / 1e6)} MB`,
  )
  const failed = answer.status === 201 ? 0 : 1
  if (failed > 0) bench.say(`${answer.status} ${(await answer.text()).slice(0, 300)}`)
  const { mb, lag } = await most()
  await server.stop()
  return [
    { name, target: { atMost: 200 }, value: mb - idle, memory_mb: mb, failed },
    { name: `${name}-lag`, unit: 'ms', target: { atMost: 50 }, value: lag },
  ]
}

/** Memory above that at rest while a large file is imported, in MB, and how late the event loop was, in ms. */
export const IMPORTS: Scenario[] = LARGE_FILES.map(({ name, file }) => ({
  name,
  unit: 'MB above idle',
  target: { atMost: 200 },
  run: (bench) => importOne(bench, name, file()),
}))
