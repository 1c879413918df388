import type { Server as HttpServer } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import type { Socket } from 'node:net'

/** What the kernel has not taken yet of what was written, and all that was; as Node's own sockets count them. */
type Handle = { writeQueueSize?: number; bytesWritten?: number }

/** Ends the connections of readers that take nothing of what waits for them for so long: each holds its answer in memory. */
export function cutStalled(server: HttpServer | Http2SecureServer, stalledMs: number): void {
  const taken = new Map<Socket, { bytes: number; since: number }>()
  const look = () => {
    const now = performance.now()
    for (const [socket, last] of taken) {
      const { writeQueueSize = 0, bytesWritten = 0 } = (socket as { _handle?: Handle | null })._handle ?? {}
      const bytes = bytesWritten - writeQueueSize
      if (writeQueueSize === 0 || bytes !== last.bytes) taken.set(socket, { bytes, since: now })
      else if (now - last.since >= stalledMs) socket.destroy()
    }
  }
  let timer: ReturnType<typeof setInterval> | undefined
  server.on('connection', (socket: Socket) => {
    taken.set(socket, { bytes: 0, since: performance.now() })
    timer ??= setInterval(look, Math.max(50, stalledMs / 6)).unref()
    socket.once('close', () => {
      taken.delete(socket)
      if (taken.size > 0) return
      clearInterval(timer)
      timer = undefined
    })
  })
}
