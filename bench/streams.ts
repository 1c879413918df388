import type { Running } from './bench.ts'
import { TOKEN } from './bench.ts'
import { load } from './load.ts'
import { LINE, runningTests } from './requests.ts'
import { alternate, type Scenario } from './scenario.ts'
import { subscribe } from './subscribers.ts'

const [SUBSCRIBERS, EVENTS] = [1000, 200]

const fanOut: Scenario = {
  name: 'fan-out',
  unit: '× bare node:http fan-out',
  target: { atLeast: 0.5 },
  async run(bench) {
    const [ours, theirs] = [await bench.server(), await bench.yardstick('fan-out')]
    const [test] = await runningTests(ours.client, 1)
    let failed = 0
    const rate = async (to: Running, path: string) => {
      const { events, lost } = await sendEvents(to, path)
      failed += lost
      return events
    }
    const path = `/api/v1/quicktest/${test}/logs`
    await rate(theirs, path)
    await rate(ours, path)
    let rps = 0
    const value = await alternate(
      async () => {
        rps = await rate(ours, path)
        return rps
      },
      () => rate(theirs, path),
      3,
    )
    const memory_mb = await ours.rssMb()
    await Promise.all([ours.stop(), theirs.stop()])
    return { value, rps, failed, memory_mb }
  },
}

/** Sends log lines, one a request. @returns delivered events a second, and the number of subscribers with losses */
async function sendEvents(to: Running, path: string) {
  const subscribers = await subscribe(to.port, SUBSCRIBERS)
  const body = JSON.stringify({ line: LINE })
  const from = performance.now()
  const [lost] = await Promise.all([
    subscribers.received(EVENTS),
    load(to.port, () => ({ method: 'POST', path, body, token: TOKEN }), { requests: EVENTS, concurrency: 8 }),
  ])
  const seconds = (performance.now() - from) / 1000
  subscribers.close()
  return { events: (SUBSCRIBERS * EVENTS) / seconds, lost }
}

const CONNECTED = 5000

const connected: Scenario = {
  name: 'subscribers',
  unit: `KB of each of ${CONNECTED} subscribers`,
  target: { atMost: 32 },
  async run(bench) {
    const ours = await bench.server()
    const before = await ours.rssMb()
    const subscribers = await subscribe(ours.port, CONNECTED)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const after = await ours.rssMb()
    subscribers.close()
    await ours.stop()
    return { value: ((after - before) * 1e6) / 1024 / CONNECTED, memory_mb: after }
  },
}

export const STREAMS: Scenario[] = [fanOut, connected]
