import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createSimulator } from '../../../agent/bench/simulator.ts'

// A process of its own, so that the client under test shares no event loop with the engine. It prints its port.
const simulator = createSimulator({ ttftMs: 50, tpotMs: 50 })
const server = serve({ fetch: simulator.fetch, port: 0, hostname: '127.0.0.1' }, () => {
  console.log((server.address() as AddressInfo).port)
})
