import { Agent, type ClientRequest, request } from 'node:http'

/** Open event streams. */
export type Subscribers = {
  /** Waits up to a minute for `count` log lines on each. @returns the number of streams with missing or unordered lines */
  received(count: number): Promise<number>
  close(): void
}

type Reader = { lines: number; last: number; disordered: boolean; rest: string }

/** Opens `count` streams, 100 at a time; resolves when each has its headers. */
export async function subscribe(port: number, count: number): Promise<Subscribers> {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
  const readers: Reader[] = []
  const open: ClientRequest[] = []
  let onLine = () => {}
  for (let i = 0; i < count; i += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, count - i) }, async () => {
        const reader: Reader = { lines: 0, last: 0, disordered: false, rest: '' }
        readers.push(reader)
        open.push(await connect(agent, port, (text) => read(reader, text) && onLine()))
      }),
    )
  }
  return {
    async received(lines) {
      const deadline = performance.now() + 60_000
      const served = () => readers.filter((one) => one.lines === lines && !one.disordered).length
      while (readers.some((one) => one.lines < lines) && performance.now() < deadline)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 100)
          onLine = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      return count - served()
    },
    close() {
      for (const one of open) one.destroy()
      agent.destroy()
    },
  }
}

function connect(agent: Agent, port: number, onText: (text: string) => void): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const path = '/api/v1/events/stream'
    const outgoing = request({ agent, host: '127.0.0.1', port, path }, (answer) => {
      answer
        .setEncoding('latin1')
        .on('data', onText)
        .on('error', () => {})
      resolve(outgoing)
    })
    outgoing.on('error', reject).end()
  })
}

/** @returns whether the text completes a log line */
function read(reader: Reader, text: string): boolean {
  const frames = (reader.rest + text).split('\n\n')
  reader.rest = frames.pop() ?? ''
  let lines = 0
  for (const frame of frames) {
    if (!frame.includes('event: log')) continue
    const id = Number(/^id: (\d+)/m.exec(frame)?.[1])
    reader.disordered ||= !(id > reader.last)
    reader.last = id
    lines++
  }
  reader.lines += lines
  return lines > 0
}
