import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'

const CHUNK = Buffer.alloc(64 * 1024, ' ')
const FRAMED = Buffer.concat([Buffer.from('10000\r\n'), CHUNK, Buffer.from('\r\n')])

/** Sends a request line with headers, and then more and more body until it is cut off or `bytes` are sent. @returns the status */
export function flood(port: number, headers: string[], bytes: number, token: string): Promise<number> {
  const head = [
    'POST /api/v1/quicktest HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    ...headers,
  ]
  const chunk = headers.some((header) => header.startsWith('Transfer-Encoding')) ? FRAMED : CHUNK
  return new Promise((resolve) => {
    let sent = 0
    let text = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${head.join('\r\n')}\r\n\r\n`)
      more()
    })
    const more = () => {
      while (socket.writable && sent < bytes) {
        sent += chunk.length
        if (!socket.write(chunk)) return
      }
      // Whoever is sent everything and says nothing has not refused it.
      if (sent >= bytes) setTimeout(() => socket.destroy(), 5000).unref()
    }
    socket.on('drain', more)
    socket.on('data', (data) => {
      text += data
      if (text.includes('\r\n\r\n')) socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(Number(text.split(' ')[1] ?? 0)))
  })
}

const status = (pid: number, field: string) =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${field}:\\s+(\\d+)`))?.[1]) / 1024

/** MiB of memory that a process holds. */
export const memoryOf = (pid: number): number => status(pid, 'VmRSS')

/** The most MiB that it held since `forgetPeak`. */
export const peakOf = (pid: number): number => status(pid, 'VmHWM')
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')
