import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a WebSocket server on which each of its messages arrives twice. @returns the port; closed after the test */
export async function doublingLink(port: number): Promise<number> {
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port, noDelay: true })
    near.on('data', (bytes) => far.write(bytes)).on('error', () => {})
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy()).on('error', () => {})
    let waiting = Buffer.alloc(0)
    let isOpen = false
    far.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes])
      if (!isOpen) {
        const end = waiting.indexOf('\r\n\r\n') + 4
        if (end < 4) return
        near.write(waiting.subarray(0, end))
        waiting = waiting.subarray(end)
        isOpen = true
      }
      for (let size = frameSize(waiting); size <= waiting.length; size = frameSize(waiting)) {
        const frame = waiting.subarray(0, size)
        near.write(Buffer.concat([frame, frame]))
        waiting = waiting.subarray(size)
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** The bytes of the first frame, whose payload is not masked; infinite while its head is not there. */
function frameSize(bytes: Buffer): number {
  const short = (bytes[1] ?? 0) & 0x7f
  const head = short === 126 ? 4 : short === 127 ? 10 : 2
  if (bytes.length < head) return Number.POSITIVE_INFINITY
  if (short < 126) return head + short
  return head + (short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2)))
}
