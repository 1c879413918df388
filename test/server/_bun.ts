import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ListenOptions } from '../../app/server/listen-options.ts'

const BUN = fileURLToPath(new URL('../../node_modules/.bin/bun', import.meta.url))
const SERVER = fileURLToPath(new URL('./_bun-server.ts', import.meta.url))

type Reply = { url: string; port: number; name?: string; message?: string; status?: number }
export type BunServer = Reply & { order: (order: object) => Promise<Reply> }

const children: ChildProcess[] = []

/** Ends all servers that were started here. */
export function endBunServers(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL')
}

/** A server in a Bun process of its own, ended by `endBunServers`. */
export async function startOnBun(options: Partial<ListenOptions> = {}, certs?: string): Promise<BunServer> {
  const child = spawn(BUN, [SERVER], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const order = async (order: object) => {
    child.stdin.write(`${JSON.stringify(order)}\n`)
    return JSON.parse((await lines.next()).value ?? '{}') as Reply
  }
  return { ...(await order({ start: { host: '127.0.0.1', port: 0, ...options }, certs })), order }
}
