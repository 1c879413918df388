import { createServer, connect as dial, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, startKitt } from '../e2e/_server.ts'
import { startSqld } from '../e2e/_sqld.ts'

/** What a link does with what the database answers. */
const BREAKS: Record<string, (toServer: Socket, toDatabase: Socket) => void> = {
  'ends the connection': (toServer) => toServer.end(),
  'resets the connection': (toServer) => toServer.resetAndDestroy(),
  'cuts the answer off': (toServer, toDatabase) =>
    toDatabase.once('data', (bytes) => toServer.end(bytes.subarray(0, Math.floor(bytes.length / 2)))),
  'resets in the middle of the answer': (toServer, toDatabase) =>
    toDatabase.once('data', (bytes) => {
      toServer.write(bytes.subarray(0, Math.floor(bytes.length / 2)))
      setTimeout(() => toServer.resetAndDestroy(), 20)
    }),
  'answers with what is no HTTP': (toServer) => toServer.end('220 mail.example ESMTP\r\n'),
}

/** A link to a port that works until it is told how to break. */
async function linkTo(port: number) {
  let broken: keyof typeof BREAKS | undefined
  const open = new Set<Socket>()
  const server = createServer((toServer) => {
    const toDatabase = dial(port, '127.0.0.1')
    open.add(toServer).add(toDatabase)
    for (const socket of [toServer, toDatabase]) socket.on('error', () => {})
    toServer.pipe(toDatabase)
    // Who is gone must not be served: it would hold the database's lock.
    toServer.on('close', () => toDatabase.destroy())
    const way = broken && BREAKS[broken]
    if (way) toServer.once('data', () => way(toServer, toDatabase))
    else toDatabase.pipe(toServer)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    /** Connections that are open end, so that the next request opens one. */
    become(way: typeof broken) {
      broken = way
      for (const socket of open) socket.destroy()
      open.clear()
    },
  }
}

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary()).each(['http', 'ws'])(
  '20: however a link to the database breaks (%s), it is a 503 that says so, never a fault of ours, and all goes on after it',
  async (scheme) => {
    const folder = temporaryFolder()
    const link = await linkTo((await startSqld(folder)).port)
    const kitt = await startKitt({
      home: `${folder}/home`,
      args: ['--db-url', link.url.replace('http', scheme)],
    })
    const ask = async (method: string, path: string) => {
      const headers = { Authorization: `Bearer ${kitt.token}` }
      const response = await fetch(`${kitt.url}/api/v1${path}`, { method, headers })
      return { status: response.status, body: (await response.json()) as { error?: string } }
    }
    for (const way of Object.keys(BREAKS)) {
      link.become(way)
      const answers = await Promise.all(
        ['GET /agents', 'GET /results', 'POST /agents/provision', 'GET /quicktest/x', 'GET /campaigns'].map(
          (key) => ask(...(key.split(' ') as [string, string])),
        ),
      )
      for (const { status, body } of answers)
        expect([way, status, body.error]).toEqual([way, 503, expect.any(String)])
      expect((await ask('GET', '/health')).status, way).toBe(503)
      link.become(undefined)
      const isWell = async () => (await ask('GET', '/health')).status === 200
      await eventually(isWell, 30).catch((error) => expect.unreachable(`${way}: ${error.message}`))
      expect((await ask('GET', '/agents')).status).toBe(200)
    }
  },
)
