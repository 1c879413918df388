import { expect } from 'vitest'
import { settled } from '../_clock.ts'
import type { TestApp } from '../_setup.ts'

export type Command = { command_id: string; test_id: string; payload: Record<string, unknown> }
type Outcome = {
  status?: 'completed' | 'failed'
  error?: string
  tps?: number
  /** Beside the throughput. */
  metrics?: Record<string, number>
  withoutResult?: boolean
}

/** An agent that behaves as those of the 1.7 series do on the wire, one step at a time. */
export async function fakeAgent({ call }: TestApp, name: string, about: Record<string, unknown> = {}) {
  const registration = { name, hostname: name, cpu_arch: 'x86_64', ...about }
  const { body } = await call('POST', '/api/v1/agents/register', registration)
  const id: string = body.agent_id
  const beat = async (): Promise<Command[]> =>
    (await call('POST', `/api/v1/agents/${id}/heartbeat`, { status: 'idle' })).body.commands
  const take = async (): Promise<Command | undefined> => {
    await settled()
    const [command] = await beat()
    if (command) await call('POST', `/api/v1/quicktest/${command.test_id}/status`, { status: 'running' })
    await settled()
    return command
  }
  const end = async (
    { command_id, test_id, payload }: Command,
    { status = 'completed', error, tps = 50, metrics = {}, withoutResult }: Outcome = {},
  ) => {
    const said = error ? { error } : {}
    await call('POST', `/api/v1/quicktest/${test_id}/status`, { status, ...said })
    const result_data = {
      model: payload['model_path'],
      engine: payload['engine_name'],
      passed: status === 'completed',
      results: [{ test_name: 'throughput', run_number: 1, metrics: { avg_tps: tps, ...metrics } }],
    }
    if (!withoutResult) {
      const report = { command_id, status, ...said, ...(status === 'completed' ? { result_data } : {}) }
      await call('POST', `/api/v1/agents/${id}/results`, report)
    }
    await settled()
  }
  /** Runs everything it is given until there is nothing; returns how many tests that were. */
  const work = async (outcome: (command: Command, n: number) => Outcome = () => ({})) => {
    for (let n = 0; ; n++) {
      const command = await take()
      if (!command) return n
      await end(command, outcome(command, n))
    }
  }
  return { id, name, beat, take, end, work }
}

export const matrix = (
  models: string[],
  engines: string[] = ['vllm'],
  more: Record<string, unknown> = {},
) => ({
  models: models.map((name) => ({ name })),
  engines: engines.map((name) => ({ name })),
  ...more,
})

/** Makes a campaign; returns its id and what a person does with it. */
export async function campaign({ call }: TestApp, config: object, about: object = {}) {
  const made = await call('POST', '/api/v1/campaigns', { name: 'nightly', config, ...about })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  const path = `/api/v1/campaigns/${made.body.id}`
  const act = (what: string) => async () => {
    const answer = await call('POST', `${path}/${what}`)
    await settled()
    return answer
  }
  return {
    id: made.body.id as string,
    path,
    launch: act('launch'),
    cancel: act('cancel'),
    retry: act('retry'),
    get: async () => (await call('GET', path)).body,
    states: async () => (await call('GET', path)).body.runs.map((run: { status: string }) => run.status),
    log: async (): Promise<string[]> =>
      (await call('GET', `${path}/logs`)).body.lines.map(({ line }: { line: string }) => line),
  }
}

/** What must hold in the database whatever happened. */
export async function checkInvariants({ deps, call }: TestApp) {
  const rows = async (sql: string) => (await deps.db.reader.execute(sql)).rows
  const shown = (name: string, found: unknown[]) => expect(found, name).toEqual([])
  shown(
    'I2: two results of one test',
    await rows(
      'select quick_test_id from runs where quick_test_id is not null group by 1 having count(*) > 1',
    ),
  )
  shown(
    'two open tests of one cell',
    await rows(`select campaign_id, cell_idx from quick_tests where campaign_id is not null
      and status in ('queued', 'dispatched', 'running') group by 1, 2 having count(*) > 1`),
  )
  shown(
    'I7: queued or dispatched in a campaign that ended',
    await rows(`select t.id from quick_tests t left join campaigns c on c.id = t.campaign_id
      where t.campaign_id is not null and t.status in ('queued', 'dispatched', 'running')
      and (c.id is null or c.status not in ('queued', 'running'))`),
  )
  shown(
    'open cells in a campaign that ended',
    await rows(`select c.id from campaigns c join campaign_cells x on x.campaign_id = c.id
      where c.status in ('completed', 'failed', 'cancelled') and x.status in ('pending', 'queued', 'running')`),
  )
  for (const { id } of await rows('select id from campaigns')) {
    const { body } = await call('GET', `/api/v1/campaigns/${id}`)
    const n = (status: string) => body.runs.filter((run: { status: string }) => run.status === status).length
    expect(body, 'I8').toMatchObject({
      total_runs: body.runs.length,
      succeeded: n('completed'),
      failed: n('failed'),
      skipped: n('skipped'),
      cancelled: n('cancelled'),
    })
  }
}
