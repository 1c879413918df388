import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { ConfigSchema } from '../../app/config.ts'
import { listen } from '../../app/server/listen.ts'
import { listenSecurely } from '../../app/server/start.ts'

const LOG = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Asks once, and gives how long the server says that it keeps the connection, in seconds. */
const keptFor = (port: number) =>
  new Promise<number>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
    onTestFinished(() => void socket.destroy())
    socket.once('data', (data) => resolve(Number(/keep-alive: timeout=(\d+)/i.exec(String(data))?.[1])))
  })

test('83: connections stay for 65 s without a request, longer than balancers keep them, or as it is set', async () => {
  const fetch = () => new Response('ok')
  const usual = await listen({ fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => usual.close(0))
  expect(await keptFor(usual.port)).toBeGreaterThanOrEqual(65)
  const config = ConfigSchema.parse({
    home: '/nonexistent',
    host: '127.0.0.1',
    port: 0,
    insecure: true,
    keep_alive_s: 120,
  })
  const set = await listenSecurely(config, LOG, fetch)
  onTestFinished(() => void set.close())
  expect(await keptFor(set.port)).toBeGreaterThanOrEqual(120)
})
