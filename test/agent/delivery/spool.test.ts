import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Message } from '../../../agent/delivery/messages.ts'
import { createLog, type OutboxOptions, openSpool } from '../../../agent/delivery/outbox.ts'
import { temporaryFolder } from '../../_setup.ts'
import { told, wire } from '../_wire.ts'

const status: Message = { kind: 'status', wire_id: 't1', status: 'running' }
const log = (from: number, count = 1, text = 'line'): Message => ({
  kind: 'log',
  wire_id: 't1',
  lines: Array.from({ length: count }, (_, i) => ({ seq: from + i, line: `${text} ${from + i}` })),
})
const progress = (done: number): Message => ({
  kind: 'status',
  wire_id: 't1',
  status: 'running',
  progress: { done, total: 9, metrics: { output_tps: 1.5 } },
})
const result: Message = {
  kind: 'result',
  agent_id: 'a1',
  command_id: 'c1',
  status: 'completed',
  result_data: { model: 'm', engine: 'e', deep: [1e-7, -0, 'ü\u2028\ud800', { '10': 1, '2': 2 }] },
}

async function opened(home: string, options: Partial<OutboxOptions> & Pick<OutboxOptions, 'client'>) {
  const refused: string[] = []
  const said: string[] = []
  const onRefused = (message: Message) => void refused.push(message.kind)
  const spool = await openSpool(home, { onRefused, ...options }, (line) => void said.push(line))
  onTestFinished(() => spool.stop())
  return { spool, refused, said }
}

const journalOf = (home: string) => join(home, 'spool', 'journal.jsonl')

test('what could not be delivered is delivered by the next process, in order and with the same bytes', async () => {
  const home = temporaryFolder()
  const away = wire()
  away.network.up = false
  const first = await opened(home, away)
  const messages = [status, log(0, 2), progress(1), log(2), result]
  for (const message of messages) first.spool.push(message)
  await first.spool.synced()
  expect(statSync(journalOf(home)).mode & 0o777).toBe(0o600)
  // What a process leaves that is killed while it writes.
  appendFileSync(journalOf(home), '{"n":6,"m":{"kind":"status","wi')

  const back = wire()
  const second = await opened(home, back)
  await second.spool.flushed()
  expect(away.network.arrived).toEqual([])
  expect(told(back.network.arrived)).toEqual(['running', 'log 0-1', 'log 2-2', 'result completed'])
  const { kind, agent_id, ...body } = result as Message & { kind: 'result' }
  expect(back.network.arrived.at(-1)).toEqual({ path: 'agents/a1/results', body: JSON.stringify(body) })
  expect(second.said).toEqual([])

  await second.spool.stop()
  const third = wire()
  await (await opened(home, third)).spool.flushed()
  expect(third.network.arrived).toEqual([])
})

test('while the server is away messages wait, only the newest progress among them, and go out when it is back', async () => {
  const { client, network } = wire()
  const { spool } = await opened(temporaryFolder(), { client })
  network.up = false
  for (const message of [status, progress(1), log(0), progress(2), log(1), progress(3), result])
    spool.push(message)
  expect(spool.waiting()).toBe(5)
  network.up = true
  spool.kick()
  await spool.flushed()
  expect(told(network.arrived)).toEqual(['running', 'log 0-0', 'log 1-1', 'progress 3', 'result completed'])
  expect(spool.waiting()).toBe(0)
})

test('a full spool drops log lines with one marker, never a status or a result', async () => {
  const { client, network } = wire()
  network.up = false
  const { spool } = await opened(temporaryFolder(), { client, logLimit: 1000 })
  spool.push(status)
  for (let i = 0; i < 100; i++) spool.push(log(i, 1, 'x'.repeat(100)))
  spool.push(result)
  network.up = true
  spool.kick()
  await spool.flushed()
  const lines = network.arrived.flatMap(({ body }) => JSON.parse(body).lines ?? [])
  const markers = lines.filter(({ line }) => line.includes('log lines are missing here'))
  expect(markers).toHaveLength(1)
  expect(lines.at(-1)).toEqual(markers[0])
  expect(lines.length).toBeLessThan(15)
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, i) => i))
  expect(told(network.arrived).at(-1)).toBe('result completed')
  spool.push(log(100))
  await spool.flushed()
  expect(told(network.arrived).at(-1)).toBe('log 100-100')
})

test.each([400, 404, 413])('what is refused with %i is dropped and told; the rest goes on', async (code) => {
  const { client, network } = wire(({ path }) => (path.includes('logs') ? code : 200))
  const { spool, refused } = await opened(temporaryFolder(), { client })
  for (const message of [status, log(0), result]) spool.push(message)
  await spool.flushed()
  expect(refused).toEqual(['log'])
  expect(told(network.arrived)).toEqual(['running', 'result completed'])
})

test.each([500, 503, 429])('what is answered with %i is tried again', async (code) => {
  let left = 2
  const { client, network } = wire(() => (left-- > 0 ? code : 200))
  const { spool, refused } = await opened(temporaryFolder(), { client })
  spool.push(result)
  await spool.flushed()
  expect(refused).toEqual([])
  expect(network.tries).toBe(3)
})

test('a refused token holds everything back until there is a good one; a refusal of one message does not', async () => {
  let good = false
  const { client, network } = wire(() => (good ? 200 : 403))
  const { spool, refused } = await opened(temporaryFolder(), { client, tokenWorks: async () => good })
  spool.push(result)
  await expect.poll(() => network.tries).toBeGreaterThan(1)
  expect(refused).toEqual([])
  good = true
  spool.kick()
  await spool.flushed()
  expect(told(network.arrived)).toEqual(['result completed'])

  const other = wire(() => 403)
  const foreign = await opened(temporaryFolder(), { client: other.client, tokenWorks: async () => true })
  foreign.spool.push(result)
  await foreign.spool.flushed()
  expect(foreign.refused).toEqual(['result'])
})

test('log lines of an attempt go on with the next number after a restart', async () => {
  const home = temporaryFolder()
  const first = await opened(home, wire())
  const lines = createLog(first.spool, 't1')
  for (const line of ['a', 'b', 'c']) lines.write(line)
  lines.flush()
  await first.spool.flushed()
  await first.spool.stop()
  const { client, network } = wire()
  const second = await opened(home, { client })
  const again = createLog(second.spool, 't1')
  again.write('d')
  again.flush()
  const other = createLog(second.spool, 't1.a2')
  other.write('first of another attempt')
  other.flush()
  await second.spool.flushed()
  expect(told(network.arrived)).toEqual(['log 3-3', 'log 0-0'])
})

test('the file does not grow with what was delivered', async () => {
  const home = temporaryFolder()
  const { client } = wire()
  const { spool } = await opened(home, { client })
  for (let i = 0; i < 60; i++) {
    spool.push(log(i, 1, 'x'.repeat(100_000)))
    await spool.flushed()
  }
  await spool.synced()
  expect(statSync(journalOf(home)).size).toBeLessThan(2_500_000)
  expect(readFileSync(journalOf(home), 'utf8')).toContain('"seq":{"t1":')
})

test('newer progress takes the place of what waits, never of what is under way, and nothing else is lost by it', async () => {
  const { client, network } = wire()
  network.up = false
  const { spool } = await opened(temporaryFolder(), { client })
  for (const message of [progress(1), log(0), progress(2), result]) spool.push(message)
  network.up = true
  spool.kick()
  await spool.flushed()
  expect(told(network.arrived)).toEqual(['progress 1', 'log 0-0', 'progress 2', 'result completed'])
  expect(spool.waiting()).toBe(0)
})
