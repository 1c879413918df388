import type { Server as HttpServer } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import type { Socket } from 'node:net'

/** Node's internal counters of a socket: bytes not yet taken by the kernel, and all bytes written. */
type Handle = { writeQueueSize?: number; bytesWritten?: number }

/** Ends connections whose reader receives nothing of a pending response for `stalledMs`; it stays in memory so long. */
export function cutStalled(server: HttpServer | Http2SecureServer, stalledMs: number): void {
  const sent = new Map<Socket, { bytes: number; since: number }>()
  const check = () => {
    const now = performance.now()
    for (const [socket, last] of sent) {
      const { writeQueueSize = 0, bytesWritten = 0 } = (socket as { _handle?: Handle | null })._handle ?? {}
      const bytes = bytesWritten - writeQueueSize
      if (writeQueueSize === 0 || bytes !== last.bytes) sent.set(socket, { bytes, since: now })
      else if (now - last.since >= stalledMs) socket.destroy()
    }
  }
  let timer: ReturnType<typeof setInterval> | undefined
  server.on('connection', (socket: Socket) => {
    sent.set(socket, { bytes: 0, since: performance.now() })
    timer ??= setInterval(check, Math.max(50, stalledMs / 6)).unref()
    socket.once('close', () => {
      sent.delete(socket)
      if (sent.size > 0) return
      clearInterval(timer)
      timer = undefined
    })
  })
}
