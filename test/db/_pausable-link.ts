import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a server whose next connection to send something can be held, and let go when its sender has given up. */
export async function pausableLink(port: number) {
  let holdsNext = false
  const held: (() => void)[] = []
  const link = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port, noDelay: true })
    let isHeld = false
    near.on('data', (bytes) => {
      isHeld ||= holdsNext
      holdsNext = false
      if (isHeld) held.push(() => far.write(bytes))
      else far.write(bytes)
    })
    far.on('data', (bytes) => near.write(bytes))
    // What was sent arrives, although its sender is gone.
    near.on('close', () => isHeld || far.destroy()).on('error', () => {})
    far.on('close', () => near.destroy()).on('error', () => {})
    onTestFinished(() => void far.destroy())
  }).listen(0, '127.0.0.1')
  await once(link, 'listening')
  onTestFinished(() => void link.close())
  return {
    port: (link.address() as AddressInfo).port,
    hold() {
      holdsNext = true
    },
    /** Sends what was held, one message after the other. */
    async release() {
      for (const send of held.splice(0)) {
        send()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      await new Promise((resolve) => setTimeout(resolve, 500))
    },
  }
}
