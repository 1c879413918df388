import { connect } from 'node:net'

const HOST = 'Host: 127.0.0.1'
/** Whoever says nothing for so long is left. */
const PATIENCE_MS = 3000

export type RawAttack = { name: string; bytes: (string | Buffer)[]; leaveAfterMs?: number; slow?: boolean }

const post = (path: string, token: string, length: string) =>
  `POST ${path} HTTP/1.1\r\n${HOST}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n${length}\r\n\r\n`
const get = (path: string) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n\r\n`

/** What a client that keeps to no protocol sends. */
export function rawAttacks(token: string, results: string, large: () => string): RawAttack[] {
  const LISTS = Buffer.from(`{"x":[${'[],'.repeat(5_500_000)}`)
  const CHUNKS = 'Transfer-Encoding: chunked'
  const part = LISTS.subarray(0, 8 * 1024 * 1024)
  const framed = `${LISTS.length.toString(16)}\r\n`
  return [
    { name: 'half a request line', bytes: ['GET /api/v1/hea'], leaveAfterMs: 300 },
    { name: 'half a head', bytes: [`GET /api/v1/agents HTTP/1.1\r\n${HOST}\r\nX: `], leaveAfterMs: 300 },
    {
      name: 'half a body',
      bytes: [post(results, token, 'Content-Length: 16000000'), part],
      leaveAfterMs: 300,
    },
    { name: 'half a chunk', bytes: [post(results, token, CHUNKS), framed, part], leaveAfterMs: 300 },
    {
      name: 'a body of lists in a chunk',
      bytes: [post(results, token, CHUNKS), framed, LISTS, '\r\n0\r\n\r\n'],
    },
    { name: 'a wrong chunk', bytes: [post(results, token, CHUNKS), 'zz\r\n[]\r\n'] },
    {
      name: 'tiny chunks',
      bytes: [post(results, token, CHUNKS), '1\r\n \r\n'.repeat(200_000), '0\r\n\r\n'],
    },
    { name: 'two lengths', bytes: [post(results, token, 'Content-Length: 2\r\nContent-Length: 3'), '{}'] },
    {
      name: 'a head of 1 MiB',
      bytes: [`GET / HTTP/1.1\r\n${HOST}\r\nX: ${'x'.repeat(1024 * 1024)}\r\n\r\n`],
    },
    { name: 'many headers', bytes: [`GET / HTTP/1.1\r\n${HOST}\r\n${'X: y\r\n'.repeat(2500)}\r\n`] },
    { name: 'noise', bytes: [Buffer.alloc(64 * 1024, 0xfe)] },
    { name: 'HTTP/2 without TLS', bytes: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'] },
    {
      name: '1000 requests at once',
      bytes: [get('/api/v1/agents?per_page=100').repeat(1000)],
      leaveAfterMs: 2000,
    },
    { name: '300 documents at once', bytes: [get('/api/v1/openapi.json').repeat(300)], leaveAfterMs: 2000 },
    { name: '50 pages at once', bytes: [get('/api/v1/results?per_page=100').repeat(50)], slow: true },
    { name: 'a slow reader of a page', bytes: [get('/api/v1/results?per_page=100')], slow: true },
    { name: 'a slow reader of a result', bytes: [get(`/api/v1/results/${large()}`)], slow: true },
  ]
}

/** Sends it over a connection of its own, from an address of its own, and leaves with a reset. @returns the statuses of the answers */
export function attackRaw(port: number, localAddress: string, attack: RawAttack): Promise<number[]> {
  const { bytes, leaveAfterMs = PATIENCE_MS, slow = false } = attack
  return new Promise((resolve) => {
    const statuses: number[] = []
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    const leave = setTimeout(() => socket.resetAndDestroy(), leaveAfterMs)
    socket.setTimeout(500, () => {
      if (statuses.length > 0 && !slow) socket.end()
    })
    socket.on('data', (data) => {
      for (const [, status] of data.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3}) /g))
        statuses.push(Number(status))
      if (!slow) return
      socket.pause()
      setTimeout(() => socket.resume(), 100)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(leave)
      resolve(statuses)
    })
    for (const one of bytes) socket.write(one)
  })
}
