import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { type Client, createClient } from '@libsql/client'
import { sqldBinary } from '../test/_binaries.ts'
import type { Bench } from './bench.ts'
import { start, startProgram, stop } from './processes.ts'

/** A libSQL server in a process of its own, and the driver alone on it. */
export type Sqld = {
  /** For our server. */
  url: string
  /** The same through a link that takes `ms` longer each way. */
  slowUrl(ms: number): Promise<string>
  driver: Client
  close(): Promise<void>
}

const freePort = () => 30_000 + Math.floor(Math.random() * 10_000)

/** @throws Error where the libSQL server has no package: it has one for Linux on x64 alone */
export async function startSqld(bench: Bench): Promise<Sqld> {
  const binary = sqldBinary()
  if (!binary) throw new Error('The libSQL server has a package for Linux on x64 alone.')
  const folder = bench.home()
  mkdirSync(folder, { recursive: true })
  const port = freePort()
  const words = ['--http-listen-addr', `127.0.0.1:${port}`, '--db-path', `${folder}/sqld`, '--no-welcome']
  const children = [startProgram(binary, words, {})]
  await listens(port)
  const url = `ws://127.0.0.1:${port}`
  const driver = createClient({ url })
  return {
    url,
    driver,
    async slowUrl(ms) {
      const near = freePort()
      children.push(start('node', './slow-link.js', [near, port, ms].map(String), {}))
      await listens(near)
      return `ws://127.0.0.1:${near}`
    },
    async close() {
      driver.close()
      await Promise.all(children.map(stop))
    },
  }
}

/** Waits until something listens. */
async function listens(port: number): Promise<void> {
  const deadline = performance.now() + 20_000
  while (performance.now() < deadline) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port })
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`Nothing listens on port ${port} after 20 s.`)
}
