import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { createSimulator } from '../agent/bench/simulator.ts'

// A process of its own, so that the client under test shares no event loop with the engine. It prints its
// port, and answers /ttfts with the TTFT of every answer as it left here.
const simulator = createSimulator({ ttftMs: 50, tpotMs: 50 })
const ttfts: number[] = []

const server = serve({ fetch: answer, port: 0, hostname: '127.0.0.1' }, () => {
  console.log((server.address() as AddressInfo).port)
})

async function answer(request: Request): Promise<Response> {
  const arrived = performance.now()
  if (request.url.endsWith('/ttfts')) return Response.json(ttfts)
  const response = await simulator.fetch(request)
  let frames = 0
  const watch = new TransformStream({
    transform(frame, controller) {
      frames += 1
      if (frames === 2) ttfts.push(performance.now() - arrived)
      controller.enqueue(frame)
    },
  })
  return new Response(response.body!.pipeThrough(watch), response)
}
