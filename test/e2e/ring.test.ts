import { expect, onTestFinished, test } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { redisProgram, startRedis } from './_redis.ts'
import { eventually, freePort, type RunningServer, startKitt } from './_server.ts'
import { startSqld } from './_sqld.ts'

/** When each event came to a stream of this server, on the monotonic clock. */
function hear({ client }: RunningServer) {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const at = new Map<string, number>()
  void (async () => {
    for await (const event of client.subscribe({ lastEventId: 0, signal: abort.signal }))
      if (event.type === 'agent_status' && !at.has(event.data.source_id))
        at.set(event.data.source_id, performance.now())
  })()
  return at
}

/** How long events of one server take to a stream of another, in milliseconds: the one in the middle of `count`. */
async function middle(from: RunningServer, heard: Map<string, number>, count: number, name: string) {
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const made = await from.client.api.v1.agents.provision.$post({ json: { name: `${name}-${n}` } })
    const stored = performance.now()
    const { agent_id } = await made.json()
    await eventually(async () => heard.has(agent_id), 10)
    times.push((heard.get(agent_id) ?? 0) - stored)
  }
  return times.sort((a, b) => a - b)[count >> 1] ?? 0
}

// The libSQL server has a package for Linux on x64 alone.
test.skipIf(!sqldBinary())(
  'a ring brings the events of other servers at once; while it is away they come within a second or two',
  async ({ skip }) => {
    skip(process.env['CI'] !== 'true' && !redisProgram(), 'Debian has no Redis for this machine.')
    const folder = temporaryFolder()
    const database = await startSqld(folder)
    const port = await freePort()
    // It is not there yet: servers start without it.
    const env = { KITT_RING_URL: `redis://:sesame@127.0.0.1:${port}`, KITT_DRAIN_S: '0' }
    const start = (home: string) =>
      startKitt({ home: `${folder}/${home}`, args: ['--db-url', database.url], env })
    const [first, second] = [await start('first'), await start('second')]
    const heard = hear(second)
    expect(await middle(first, heard, 3, 'early')).toBeLessThan(4000)

    let ring = await startRedis(port)
    await eventually(async () => (await middle(first, heard, 1, `${performance.now()}`)) < 100, 60)
    // The look of each second alone would be at half a second.
    expect(await middle(first, heard, 15, 'rung')).toBeLessThan(200)

    await ring.kill()
    expect(await middle(first, heard, 3, 'away')).toBeLessThan(4000)
    ring = await startRedis(port)
    await eventually(async () => (await middle(first, heard, 1, `${performance.now()}`)) < 100, 60)
    expect(await middle(first, heard, 15, 'again')).toBeLessThan(200)

    for (const server of [first, second]) {
      expect(await server.stop()).toBe(0)
      expect(server.output.text).toContain('the ring is away')
      expect(server.output.text).not.toContain('sesame')
    }
  },
  180_000,
)
