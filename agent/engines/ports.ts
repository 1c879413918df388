import { createServer } from 'node:net'

/**
 * A free port of the loopback, or the one that was asked for when it is free. An engine on a taken port would end
 * while the answers of whoever holds it pass for its own.
 * @throws when the port is taken
 */
export function freePort(asked?: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', () =>
      reject(
        new Error(`Port ${asked} of this host is taken. End what uses it, or choose another in the profile.`),
      ),
    )
    server.listen({ host: '127.0.0.1', port: asked ?? 0, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
