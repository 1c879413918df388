import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

type Loss = 'request' | 'answer'

/** The way to a server, which counts turns, takes its time, and loses requests or answers with their connection. */
export async function startLink(port: number) {
  const sockets = new Set<Socket>()
  const link = { port: 0, turns: 0, delayMs: 0, lose, close }
  let loss: { what: Loss; in: number } | undefined

  /** Loses the n-th turn from now on; 0 for none. */
  function lose(what: Loss, nth: number) {
    loss = nth > 0 ? { what, in: nth } : undefined
  }
  /** Breaks all connections. */
  function close() {
    for (const socket of sockets) socket.destroy()
  }

  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port, noDelay: true })
    near.setNoDelay(true)
    const end = () => {
      near.destroy()
      far.destroy()
      sockets.delete(near)
    }
    sockets.add(near)
    for (const socket of [near, far]) socket.on('error', end).on('close', end)
    const later = (send: () => void) => {
      if (link.delayMs > 0) setTimeout(send, link.delayMs)
      else send()
    }
    let asking = false
    let losesAnswer = false
    near.on('data', (bytes) => {
      if (!asking) {
        asking = true
        link.turns++
        if (loss && --loss.in === 0) {
          const { what } = loss
          loss = undefined
          if (what === 'request') return end()
          losesAnswer = true
        }
      }
      later(() => far.write(bytes))
    })
    far.on('data', (bytes) => {
      asking = false
      // What the server does after it has begun to answer is done, too.
      if (losesAnswer) setTimeout(end, 40)
      else later(() => near.write(bytes))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  link.port = typeof address === 'object' && address ? address.port : 0
  onTestFinished(() => {
    close()
    server.close()
  })
  return link
}
