import { expect } from 'vitest'
import { ApiError } from '../../app/client/client.ts'
import { eventually, type RunningServer, runKitt, startKitt } from '../e2e/_server.ts'

/** The main job, in steps that may each be asked for again: an agent, a test on it, its end. */
export async function mainJob({ client: { api } }: RunningServer) {
  const agents = async () => (await (await api.v1.agents.$get({ query: {} })).json()).items
  const made = async () =>
    (await (await api.v1.agents.virtual.$post({ json: { name: 'v1' } })).json()).agent_id
  const agent_id = (await agents())[0]?.id ?? (await made())
  const options = { requests: 1, warmup: 0, output_tokens: 4 }
  const json = { agent_id, model_path: 'm', engine_name: 'simulated' as const, options }
  const key = { headers: { 'Idempotency-Key': 'the job' } }
  const { id } = await (await api.v1.quicktest.$post({ json }, key)).json()
  await eventually(async () => {
    const test = await (await api.v1.quicktest[':id'].$get({ param: { id } })).json()
    return (test.status === 'completed' && test.result_id) || test.status === 'failed'
  }, 60)
}

/** A server that ends at a fail point, if it comes to it. @returns whether it did */
export async function jobKilledAt(home: string, point: string): Promise<boolean> {
  const server = await startKitt({ home, env: { KITT_FAIL_POINT: point } }).catch((error) => {
    // It may end before it answers for the first time.
    if (!String(error).includes('ended with SIGKILL')) throw error
    return undefined
  })
  if (!server) return true
  const done = await mainJob(server).then(
    () => true,
    (error) => {
      if (error instanceof ApiError) throw error
      return false
    },
  )
  // Stopping commits, too.
  const code = done ? await server.stop() : await server.ended
  expect([0, null], server.output.text).toContain(code)
  return code === null
}

/** After a new start the job is done once, and the database is in order. */
export async function expectJobDone(home: string, about: string) {
  const server = await startKitt({ home })
  await mainJob(server)
  const { api } = server.client
  const tests = (await (await api.v1.quicktest.$get({ query: {} })).json()).items
  expect(tests, about).toMatchObject([{ status: 'completed', error: null }])
  const results = (await (await api.v1.results.$get({ query: {} })).json()).items
  expect(results, about).toMatchObject([{ id: tests[0]?.result_id, quick_test_id: tests[0]?.id }])
  expect(await server.stop()).toBe(0)
  const check = await runKitt(['db', 'check'], { env: { KITT_HOME: home } })
  expect(check.code, `${about}: ${check.stderr}`).toBe(0)
}
