import { request } from 'node:http'

/** How one heartbeat went: its status, 0 where there was no answer, and the milliseconds it took. */
export type Beat = { status: number; ms: number }

/** One heartbeat on a connection of its own, as an agent that beats every half minute has it. */
export function beat(port: number, token: string, id: string): Promise<Beat> {
  const body = '{"status":"idle","uptime_s":1000,"gpu_utilization_pct":50,"storage_gb_free":100}'
  const began = performance.now()
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Content-Length': body.length,
  }
  const path = `/api/v1/agents/${id}/heartbeat`
  return new Promise((resolve) => {
    const done = (status: number) => resolve({ status, ms: performance.now() - began })
    const outgoing = request(
      { host: '127.0.0.1', port, method: 'POST', path, headers, agent: false },
      (answer) => {
        answer.resume().on('end', () => done(answer.statusCode ?? 0))
      },
    )
    outgoing.on('error', () => done(0))
    outgoing.end(body)
  })
}
