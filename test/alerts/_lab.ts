import { asc, eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { quickTests } from '../../db/schema.ts'
import { settled } from '../_clock.ts'
import type { TestApp } from '../_setup.ts'
import { addHost, type Host } from '../queue/_queue.ts'
import { measured } from '../setups/_document.ts'

export const MINUTE = 60_000
export const DAY = 86_400_000

/** What an engine does on a host. */
export type Engine = {
  tps: number
  version?: string
  digest?: string
  /** The test fails. */
  fails?: string
  given?: Parameters<typeof measured>[1]
}

/** The result of a run, as of the time of the clock unless given. */
export function resultOf(
  { tps, version = '0.11.0', digest, given = {} }: Engine,
  at: number,
  engine = 'vllm',
) {
  const latency = 8 * (100 / tps)
  return {
    ...measured(tps, {
      ...given,
      metrics: {
        tpot_ms: { count: 40, avg: latency, p50: latency, p95: latency, p99: latency },
        ...given.metrics,
      },
      environment: {
        image: {
          name: `vllm/vllm-openai:v${version}`,
          ...{ id: null, digest: digest ?? `sha256:${version}`, version: null },
        },
        ...given.environment,
      },
    }),
    engine,
    engine_version: version,
    timestamp: new Date(at).toISOString(),
  }
}

/** Lets time pass at once, then whatever is due happen. */
export async function pass(app: TestApp, ms: number) {
  await app.clock.skip(ms)
  await settled()
  await settled()
}

/** A host that runs the tests it is given, as its engine does. */
export async function lab(app: TestApp, name = 'gpu-1') {
  const host = await addHost(app, name)
  await host.beat()
  /** Runs one test if there is one; false if not. */
  const runOne = async (engine: Engine): Promise<boolean> => {
    const [command] = (await host.beat()).commands
    if (!command) return false
    await host.status(command.test_id, 'running')
    await pass(app, 30_000)
    if (engine.fails) await host.result(command.command_id, { status: 'failed', error: engine.fails })
    else {
      const [test] = await app.deps.db.read
        .select()
        .from(quickTests)
        .where(eq(quickTests.id, command.test_id.replace(/\.a\d+$/, '')))
      const about = resultOf(engine, app.clock.now(), test?.engine_name)
      await host.result(command.command_id, { result_data: about })
    }
    await settled()
    await settled()
    return true
  }
  /** Runs queued tests, and those that follow from them, 15 minutes apart; at most `most` tests. */
  const work = async (engine: Engine | ((n: number) => Engine), most = 20): Promise<number> => {
    let n = 0
    for (let idle = 0; n < most && idle < 2; ) {
      const ran = await runOne(typeof engine === 'function' ? engine(n) : engine)
      n += ran ? 1 : 0
      idle = ran ? 0 : idle + 1
      await pass(app, 15 * MINUTE)
    }
    return n
  }
  return { ...host, runOne, work }
}

export type Lab = Awaited<ReturnType<typeof lab>>

/** Asks for one test as a person or a schedule does; returns its id. */
export async function ask(app: TestApp, { id }: Pick<Host, 'id'>, more: Record<string, unknown> = {}) {
  const body = { agent_id: id, model_path: '/models/Qwen2.5-7B', engine_name: 'vllm', force: true, ...more }
  const answer = await app.call('POST', '/api/v1/quicktest', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  return answer.body.id as string
}

/** One night: a test, then a day passes. */
export async function night(app: TestApp, host: Lab, engine: Engine, more: Record<string, unknown> = {}) {
  await ask(app, host, more)
  await host.runOne(engine)
  await pass(app, DAY)
}

/** Reference values as a host in good health has them: within half a percent. */
export const steady = (i: number) => 100 + [0.2, -0.3, 0.1, 0.4, -0.2, -0.4, 0.3, 0][i % 8]!

export const alertsOf = async (app: TestApp, query = '') =>
  (await app.call('GET', `/api/v1/alerts${query}`)).body.items as {
    id: string
    setup_id: string
    state: string
    metric: string
    delta_pct: number
    reason: string
    confirmed_runs: number
    planned_runs: number
    created_at: string
  }[]

export const detail = async (app: TestApp, id: string) => (await app.call('GET', `/api/v1/alerts/${id}`)).body

export const setupsOf = async (app: TestApp) => (await app.call('GET', '/api/v1/setups')).body.items

export const act = (app: TestApp, id: string, what: string, body: object = {}) =>
  app.call('POST', `/api/v1/alerts/${id}/${what}`, body)

/** The tests of a host in the order in which they were asked for. */
export const testsOf = (app: TestApp, { id }: Pick<Host, 'id'>) =>
  app.deps.db.read
    .select()
    .from(quickTests)
    .where(eq(quickTests.agent_id, id))
    .orderBy(asc(quickTests.created_at))
