import { expect, test } from 'vitest'
import { type ClientLoad, isClientBound } from '../../../agent/bench/request/loop-lag.ts'
import { type Added, addedBy, isBound, lateFetch, medianOf, netOf, stampingEngine } from './_added.ts'
import { TOKENS } from './_bare-client.ts'

const FEWEST = 5
const MOST = 15

const shown = (windows: Added[]) =>
  windows
    .map((w) => `own ${w.own.toFixed(2)}, bare ${w.bare.toFixed(2)}${isBound(w) ? ', client_bound' : ''}`)
    .join('\n')

// A busy machine disturbs single windows: the median of many tells. A bias is in all of them, said by none.
test.each([
  [1, 4],
  [32, 128],
  [256, 512],
])(
  'with %i in flight the client adds under 2 ms at the median, or the run says client_bound',
  async (concurrency, requests) => {
    const engine = await stampingEngine()
    const windows: Added[] = []
    let added = Number.NaN
    while (windows.length < MOST) {
      const window = await addedBy(engine, { concurrency, requests })
      windows.push(window)
      expect(window.document.results[0]?.metrics).toMatchObject({
        ...{ successful_requests: requests, failed_requests: 0, output_tokens: requests * TOKENS },
        concurrency_peak: expect.toSatisfy((peak) => peak > concurrency / 4 && peak <= concurrency),
      })
      const client = window.document.results[0]?.metrics['client'] as ClientLoad
      expect(isBound(window)).toBe(isClientBound(client))
      const silent = windows.filter((one) => !isBound(one)).map(netOf)
      added = silent.length < FEWEST ? Number.NaN : medianOf(silent)
      if (windows.length >= FEWEST && !(added >= 2)) break
    }
    expect(added >= 2, `the client added ${added} ms and did not say so:\n${shown(windows)}`).toBe(false)
  },
)

test('a client that looks 3 ms late is found out by this yardstick', async () => {
  const engine = await stampingEngine()
  const windows: Added[] = []
  for (let i = 0; i < FEWEST; i++)
    windows.push(await addedBy(engine, { concurrency: 32, requests: 64, fetch: lateFetch(3) }))
  expect(medianOf(windows.map(netOf)), shown(windows)).toBeGreaterThan(2)
})
