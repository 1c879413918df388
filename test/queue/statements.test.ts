import { expect, onTestFinished, test, vi } from 'vitest'
import { ACK } from '../../app/agents/schema.ts'
import { Statements } from '../../db/statements.ts'
import { document, withTest } from './_queue.ts'

/** What reaches the driver while `act` runs, from the begin of its transaction to the commit, as verb and table. */
async function statementsOf(act: () => Promise<unknown>): Promise<string[]> {
  const run = vi.spyOn(Statements.prototype, 'run')
  onTestFinished(() => run.mockRestore())
  await act()
  const all = run.mock.calls.map(([text]) => named(text))
  run.mockRestore()
  return all.slice(0, all.indexOf('commit') + 1)
}

function named(statement: string): string {
  let text = statement.replaceAll('"', '').trim().toLowerCase()
  for (let outer = ''; outer !== text; ) {
    outer = text
    text = text.replaceAll(/\([^()]*\)/g, ' ')
  }
  const [verb = ''] = text.split(/\s/)
  const table = /^(?:insert into|update|delete from|select .*? from) (\w+)/s.exec(text)?.[1]
  return [verb, table].filter(Boolean).join(' ')
}

const whole = (...statements: string[]) => ['begin', ...statements, 'commit']
const RESULT = whole(
  'select agents',
  'update attempts',
  'update agents',
  'update quick_tests',
  'insert runs',
  'insert documents',
  'insert metrics',
  'insert events',
)
const BEAT = whole('select agents', 'update attempts', 'update agents')

for (const state of ['offered', 'running'] as const) {
  test(`a result of an attempt that is ${state} takes eight statements: each row is written once`, async () => {
    const { host, command } = await withTest(state)
    expect(await statementsOf(() => host.result(command.command_id))).toEqual(RESULT)
  })
}

test('a result of forty numbers takes as many', async () => {
  const { host, command } = await withTest('running')
  const metrics = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`m${i}`, i]))
  const result_data = { ...document(), results: [{ test_name: 'throughput', run_number: 1, metrics }] }
  expect(await statementsOf(() => host.result(command.command_id, { result_data }))).toEqual(RESULT)
})

test('the end of a test by a status takes five', async () => {
  const { host, id } = await withTest('running')
  const ended = whole(
    'select attempts',
    'update attempts',
    'update agents',
    'update quick_tests',
    'insert events',
  )
  expect(await statementsOf(() => host.status(id, 'completed'))).toEqual(ended)
})

test('a heartbeat of an agent that works takes three statements, with what it says of its attempt', async () => {
  const { host, id, command } = await withTest('offered', { capabilities: [ACK] })
  const said = { status: 'busy', boot_id: 'b', host: 'h', acks: [command.command_id], active: [id] }
  expect(await statementsOf(() => host.beat(said))).toEqual(BEAT)
  await host.status(id, 'running')
  expect(await statementsOf(() => host.beat(said))).toEqual(BEAT)
  expect(await statementsOf(() => host.beat({ ...said, acks: ['another'] }))).toEqual(
    whole('select agents', 'update commands', 'update attempts', 'update agents'),
  )
})

test('a line and a chunk of a log take four and five', async () => {
  const { host, id } = await withTest('running')
  const sign = ['update attempts', 'update agents', 'insert events']
  expect(await statementsOf(() => host.log(id, 'a line'))).toEqual(whole('select attempts', ...sign))
  const lines = [{ line: 'another', seq: 1 }]
  expect(await statementsOf(() => host.send(`/quicktest/${id}/logs`, { lines }))).toEqual(
    whole('select attempts', 'select events', ...sign),
  )
})
