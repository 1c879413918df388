import { expect, onTestFinished, test } from 'vitest'
import { tokenWorks } from '../../../agent/delivery/calls.ts'
import { createOutbox } from '../../../agent/delivery/outbox.ts'
import { type RunTest, startJob } from '../../../agent/loop/jobs.ts'
import { startWorker } from '../../../agent/loop/worker.ts'
import type { WorkerOptions, WorkerState } from '../../../agent/loop/worker-options.ts'
import { Workload } from '../../../agent/loop/workload.ts'
import { createTestApp } from '../../_setup.ts'
import { told, wire } from '../_wire.ts'

const good: RunTest = async ({ model_path }, { log }) => {
  log('measured')
  return { model: String(model_path), engine: 'openai', passed: true }
}

/** An agent of a real server, in this process. */
async function agentOf(given: Partial<WorkerOptions> = {}) {
  const server = await createTestApp()
  const { agent_id, token } = await (
    await server.admin.api.v1.agents.provision.$post({ json: { name: 'g' } })
  ).json()
  const client = server.client(token)
  const said: string[] = []
  const states: WorkerState[] = []
  const start = (more: Partial<WorkerOptions> = {}) => {
    const worker = startWorker({
      client,
      registration: { name: 'g' },
      run: good,
      say: (line) => void said.push(line),
      onState: (state) => void states.push(state),
      refusedMs: 50,
      ...given,
      ...more,
    })
    onTestFinished(() => worker.stop())
    return worker
  }
  const launch = async () => {
    const asked = {
      agent_id,
      model_path: 'm',
      engine_name: 'openai',
      engine_mode: 'endpoint',
      force: true,
    } as const
    return (await (await server.admin.api.v1.quicktest.$post({ json: asked })).json()).id
  }
  const get = async (id: string) =>
    (await server.admin.api.v1.quicktest[':id'].$get({ param: { id } })).json()
  const status = (id: string) => expect.poll(async () => (await get(id)).status, { timeout: 5000 })
  return { ...server, agent_id, said, states, start, launch, get, status }
}

test('a cancelled test is told to stop, and the agent takes the next one', async () => {
  let stopped = ''
  const run: RunTest = (payload, context) =>
    stopped
      ? good(payload, context)
      : new Promise((_, reject) => {
          context.signal.addEventListener('abort', () => {
            stopped = String(context.signal.reason)
            reject(context.signal.reason)
          })
        })
  const { start, launch, status, admin, get } = await agentOf({ run })
  start()
  const [id, next] = [await launch(), await launch()]
  await status(id).toBe('running')
  await admin.api.v1.quicktest[':id'].cancel.$post({ param: { id } })
  await status(next).toBe('completed')
  expect(stopped).toBe('Error: cancelled')
  expect(await get(id)).toMatchObject({ status: 'cancelled', result_id: null })
})

test('what does not stop when it is cancelled is given up after a deadline, and told', async () => {
  const { client, network } = wire()
  const outbox = createOutbox({ client, onRefused: () => {} })
  const command = { command_id: 'c', test_id: 't', type: 'run_test', payload: {} } as const
  const job = startJob(command, 'a', outbox, () => new Promise(() => {}), 20)
  job.cancel()
  await job.ended
  await outbox.flushed()
  expect(told(network.arrived)).toEqual(['running', 'log 0-0', 'result failed'])
  expect(network.arrived[2]?.body).toContain('The test did not stop within 0.02 s.')
})

test('a test waits for the commands that came before it, also one that fails', async () => {
  const order: string[] = []
  const { start, launch, status, admin, agent_id } = await agentOf({
    command: async ({ type, payload }) => {
      order.push(`${type} begins`)
      await new Promise((resolve) => setTimeout(resolve, 100))
      order.push(`${type} ends`)
      if (payload['model_path'] === 'none') throw new Error('There is no such model.')
    },
    run: async (payload, context) => {
      order.push('test')
      return good(payload, context)
    },
  })
  await admin.api.v1.agents[':id'].cleanup.$post({ param: { id: agent_id }, json: { model_path: 'none' } })
  const id = await launch()
  start()
  await status(id).toBe('completed')
  expect(order).toEqual(['cleanup_storage begins', 'cleanup_storage ends', 'test'])
})

test('settings arrive with the heartbeats', async () => {
  const seen: Record<string, string>[] = []
  const { start, admin, agent_id } = await agentOf({ settings: (settings) => void seen.push(settings) })
  const json = { model_storage_dir: '/srv/models', auto_cleanup: 'false' } as const
  await admin.api.v1.agents[':id'].settings.$put({ param: { id: agent_id }, json })
  start()
  await expect.poll(() => seen.at(-1)).toMatchObject({ ...json, heartbeat_interval_s: '30' })
})

test('a changed token is said once and tried again slowly; nothing is lost meanwhile', async () => {
  const server = await createTestApp()
  const { admin } = server
  const { agent_id, token } = await (
    await admin.api.v1.agents.provision.$post({ json: { name: 'g' } })
  ).json()
  const current = { token }
  const client = {
    ...server.client(token),
    get api() {
      return server.client(current.token).api
    },
  }
  const said: string[] = []
  let refused = 0
  const outbox = createOutbox({
    client,
    onRefused: (message) => void said.push(`refused ${message.kind}`),
    tokenWorks: async () => {
      const works = await tokenWorks(client)
      refused++
      return works
    },
  })
  let finish = () => {}
  const run: RunTest = (payload, context) =>
    new Promise((resolve) => {
      finish = () => resolve(good(payload, context))
    })
  const registration = { name: 'g' }
  const worker = startWorker({
    client,
    registration,
    run,
    outbox,
    refusedMs: 50,
    say: (line) => void said.push(line),
  })
  onTestFinished(() => worker.stop())
  const asked = {
    agent_id,
    model_path: 'm',
    engine_name: 'openai',
    engine_mode: 'endpoint',
    force: true,
  } as const
  const { id } = await (await admin.api.v1.quicktest.$post({ json: asked })).json()
  const status = async () =>
    (await (await admin.api.v1.quicktest[':id'].$get({ param: { id } })).json()).status
  await expect.poll(status).toBe('running')
  const fresh = await (
    await admin.api.v1.agents[':id']['rotate-token'].$post({ param: { id: agent_id } })
  ).json()
  finish()
  await expect.poll(() => refused, { timeout: 5000 }).toBeGreaterThan(1)
  expect(await status()).toBe('running')
  current.token = fresh.token
  await expect.poll(status, { timeout: 5000 }).toBe('completed')
  expect(said.filter((line) => line.startsWith('refused'))).toEqual([])
})

test('a deleted agent says that its token is not known, once, and goes on trying', async () => {
  const { start, admin, agent_id, said, states } = await agentOf()
  await admin.api.v1.agents[':id'].$delete({ param: { id: agent_id } })
  start()
  await expect.poll(() => states.length, { timeout: 5000 }).toBeGreaterThan(1)
  expect(states.at(-1)).toMatchObject({ agent_id: undefined, problem: expect.stringContaining('token') })
  expect(said).toEqual([expect.stringMatching(/^cannot register: This token is unknown to this server\./)])
})

test('a command that comes twice is acknowledged twice and run once; a second test is left for later', async () => {
  const { client } = wire()
  const ran: unknown[] = []
  const run: RunTest = (payload, context) => {
    ran.push(payload['model_path'])
    return good(payload, context)
  }
  const outbox = createOutbox({ client, onRefused: () => {} })
  const workload = new Workload({ outbox, run, onChange: () => {} })
  const command = (id: string, model_path: string) =>
    ({ command_id: id, test_id: `t${id}`, type: 'run_test', payload: { model_path } }) as const
  workload.take('a', command('1', 'm1'))
  workload.take('a', command('2', 'm2'))
  expect(workload.acks).toEqual(['1'])
  workload.acknowledged(['1'])
  workload.take('a', command('1', 'm1'))
  expect(workload.acks).toEqual(['1'])
  expect(workload.state()).toMatchObject({ status: 'busy', active: ['t1'] })
  await expect.poll(() => workload.wireId).toBeUndefined()
  workload.take('a', command('1', 'm1'))
  workload.take('a', command('2', 'm2'))
  await expect.poll(() => workload.wireId).toBeUndefined()
  expect(ran).toEqual(['m1', 'm2'])
})
