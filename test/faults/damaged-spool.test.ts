import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSpool } from '../../agent/delivery/outbox.ts'
import { createEngineRecord } from '../../agent/engines/record.ts'
import { temporaryFolder } from '../_setup.ts'
import { told, wire } from '../agent/_wire.ts'

const good = (n: number) =>
  JSON.stringify({ n, m: { kind: 'log', wire_id: 't1', lines: [{ seq: n, line: `line ${n}` }] } })

/** What may stand in a spool after a disk, a person or another version was at it. */
const DAMAGED: Record<string, string> = {
  'a log without its lines': '{"n":2,"m":{"kind":"log","wire_id":"t1"}}',
  'a log with an empty list': '{"n":2,"m":{"kind":"log","wire_id":"t1","lines":[]}}',
  'lines that are none': '{"n":2,"m":{"kind":"log","wire_id":"t1","lines":[null,7]}}',
  'a result without its agent': '{"n":2,"m":{"kind":"result","command_id":"c","status":"completed"}}',
  'a status without its test': '{"n":2,"m":{"kind":"status","status":"running"}}',
  'an unknown kind': '{"n":2,"m":{"kind":"song","wire_id":"t1"}}',
  'a kind of an object': '{"n":2,"m":{"kind":"constructor","wire_id":"t1"}}',
  'no message': '{"n":2}',
  'a message that is none': '{"n":2,"m":null}',
  'a number that is none': '{"n":1e308,"m":{"kind":"status","wire_id":"t1","status":"running"}}',
  'a list of sequence numbers that is none': '{"seq":{"t1":"many"}}',
  'half a line': '{"n":2,"m":{"kind":"status","wire_id"',
  'bytes of a disk': '\0\0\0\0\0\0',
}

for (const [what, line] of Object.entries(DAMAGED)) {
  test(`55: ${what} in the spool is set aside and told of, and what stands before and behind it is delivered`, async () => {
    const home = temporaryFolder()
    mkdirSync(join(home, 'spool'))
    writeFileSync(join(home, 'spool', 'journal.jsonl'), `${good(1)}\n${line}\n${good(3)}\n`)
    const { client, network } = wire()
    const said: string[] = []
    const open = () => openSpool(home, { client, onRefused: () => {} }, (text) => void said.push(text))
    const spool = await open()
    onTestFinished(() => spool.stop())
    await spool.flushed()
    expect(told(network.arrived)).toEqual(['log 1-1', 'log 3-3'])
    const damaged = join(home, 'spool', 'damaged')
    expect(readFileSync(damaged, 'utf8')).toBe(`${line}\n`)
    expect(statSync(damaged).mode & 0o777).toBe(0o600)
    expect(said).toEqual([
      `A record of the spool cannot be read and will not be delivered; moved to ${damaged}`,
    ])
    await spool.stop()
    await (await open()).stop()
    expect(said).toHaveLength(1)
  })
}

test('55: a message whose members stand in another order is delivered as it is', async () => {
  const home = temporaryFolder()
  mkdirSync(join(home, 'spool'))
  const moved = '{"m":{"wire_id":"t1","status":"running","kind":"status"},"n":2}'
  writeFileSync(join(home, 'spool', 'journal.jsonl'), `${moved}\n${good(3)}\n`)
  const { client, network } = wire()
  const spool = await openSpool(home, { client, onRefused: () => {} }, () => {})
  onTestFinished(() => spool.stop())
  await spool.flushed()
  expect(told(network.arrived)).toEqual(['running', 'log 3-3'])
})

test('55: a started engine of which nothing can be read does not hide the others from the agent that ends them', () => {
  const home = temporaryFolder()
  const engine = { key: 'k', engine: 'vllm', container: 'kitt-vllm-1' }
  writeFileSync(join(home, 'engines.json'), JSON.stringify({ engines: [{ key: 7 }, null, engine] }))
  expect(createEngineRecord(home).all()).toEqual([engine])
})
