import { Agent, request } from 'node:http'

/** One request of a scenario. */
export type Shot = { method: 'GET' | 'POST'; path: string; body?: string; token?: string }

/** What a load measured: answers a second, latency in ms, and how many were not 2xx. */
export type Load = { rps: number; p50: number; p99: number; failed: number }

const CONCURRENCY = 32

/** How long: for some seconds, or until so many requests are answered. */
export type Extent = number | { requests: number; concurrency: number }

/** Sends shots as fast as they are answered, 32 at a time or as many as said. */
export async function load(port: number, shot: (n: number) => Shot, extent: Extent): Promise<Load> {
  const { requests, concurrency } =
    typeof extent === 'number' ? { requests: Number.POSITIVE_INFINITY, concurrency: CONCURRENCY } : extent
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const times: number[] = []
  let failed = 0
  let n = 0
  const began = performance.now()
  const end = began + (typeof extent === 'number' ? extent * 1000 : Number.POSITIVE_INFINITY)
  const worker = async () => {
    while (performance.now() < end && n < requests) {
      const at = performance.now()
      const status = await send(agent, port, shot(n++))
      times.push(performance.now() - at)
      if (status < 200 || status > 299) failed++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  agent.destroy()
  const elapsed = (performance.now() - began) / 1000
  times.sort((a, b) => a - b)
  const at = (p: number) => times[Math.min(times.length - 1, Math.floor(times.length * p))] ?? 0
  return { rps: times.length / elapsed, p50: at(0.5), p99: at(0.99), failed }
}

function send(agent: Agent, port: number, { method, path, body, token }: Shot): Promise<number> {
  const headers: Record<string, string | number> = {}
  if (token) headers['Authorization'] = `Bearer ${token}`
  if (body !== undefined)
    Object.assign(headers, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode ?? 0))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
