import type { Server as HttpServer, ServerResponse } from 'node:http'
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { Listening } from './listen-options.ts'

const SWEEP_MS = 25

/**
 * Tracks the connections of a server that has not started yet. `close` ends idle connections at once, busy ones as
 * soon as they are idle, all of them after `deadlineMs`. `drain` only ends each after its next answer.
 */
export function connectionCloser(server: HttpServer | Http2SecureServer): Pick<Listening, 'drain' | 'close'> {
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  const drain = () => {
    // Before the app's own listener, which may send the headers at once.
    server.prependListener('request', (_: unknown, response: ServerResponse) => {
      response.shouldKeepAlive = false
    })
    for (const session of sessions) session.close()
  }
  let closed: Promise<void> | undefined
  const close = (deadlineMs: number) => {
    closed ??= new Promise<void>((resolve) => {
      // Both servers have closeIdleConnections; the types declare it for one.
      const sweep = setInterval(() => (server as HttpServer).closeIdleConnections(), SWEEP_MS)
      const deadline = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, deadlineMs)
      server.close(() => {
        clearInterval(sweep)
        clearTimeout(deadline)
        resolve()
      })
      for (const session of sessions) session.close()
      // Browsers open spare connections; Node does not count one as idle before its first request.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    })
    return closed
  }
  return { drain, close }
}
