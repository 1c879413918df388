import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect } from 'vitest'
import { json, startDevon } from '../models/_devon.ts'
import { document } from '../queue/_queue.ts'
import { type Answer, asker } from './_contract-ask.ts'
import { startKitt } from './_server.ts'

export type Lab = Awaited<ReturnType<typeof openLab>>

/** A model that no Devon knows. */
export const UNKNOWN_MODEL = 'nobody/knows-this'

/** One running server for a whole table, with two agents and a Devon service that can be taken away or fail. */
export async function openLab(home: string, onEnd: (end: () => Promise<void>) => void) {
  const models = join(home, 'models')
  mkdirSync(models)
  const entry = { model_id: 'Qwen/A', path: join(models, 'Qwen/A'), source: 'huggingface', size_bytes: 1 }
  writeFileSync(join(models, 'manifest.json'), JSON.stringify([entry]))
  const { devon, fail } = await devonService()
  onEnd(() => devon[Symbol.asyncDispose]())
  // Behind a proxy every request can come from an address of its own: guesses of one row do not lock out another.
  const env = {
    KITT_TRUSTED_PROXIES: '127.0.0.1',
    KITT_AUTH_FAILURES_PER_MINUTE: '1',
    KITT_LOG_LEVEL: 'error',
    KITT_MODEL_DIR: models,
  }
  const server = await startKitt({ home, env, onEnd })
  const ask = asker(server.url)
  const admin = async (method: string, path: string, body: object = {}): Promise<Answer> => {
    const sent = method === 'GET' ? {} : { body: JSON.stringify(body) }
    const answer = await ask({ method, path: `/api/v1${path}`, token: server.token, ...sent })
    expect(answer.status, answer.text).toBeLessThan(300)
    return answer
  }
  const set = async (settings: object) => void (await admin('PUT', '/settings', settings))
  const during = async <T>(begin: object, end: object, act: () => Promise<T>): Promise<T> => {
    await set(begin)
    return act().finally(() => set(end))
  }
  await set({ devon_url: devon.url })
  const agent = async (name: string) => {
    const { agent_id, token } = (await admin('POST', '/agents/provision', { name })).body
    const said = { name, hostname: name, cpu_arch: 'x86_64' }
    await ask({ method: 'POST', path: '/api/v1/agents/register', token, body: JSON.stringify(said) })
    return { id: agent_id as string, name, token: token as string }
  }
  let n = 0
  const made = async (path: string, body: object) => (await admin('POST', path, body)).body.id as string
  const a = await agent('agent-a')
  /** A token of the scope run. */
  const runner = (await admin('POST', '/tokens', { name: 'runner', scope: 'run' })).body.token as string
  let measured: Promise<string> | undefined
  const measureATest = async () => {
    const { id: agent_id, name, token } = await agent('measures')
    await made('/quicktest', { agent_id, model_path: 'm', engine_name: 'vllm' })
    const path = `/api/v1/agents/${name}/heartbeat`
    const [command] = (await ask({ method: 'POST', path, token, body: '{}' })).body.commands
    const report = { command_id: command.command_id, status: 'completed', result_data: document() }
    const sent = { method: 'POST', path: `/api/v1/agents/${name}/results`, token }
    return (await ask({ ...sent, body: JSON.stringify(report) })).body.result_id as string
  }
  let running: Promise<{ params: { id: string }; token: string }> | undefined
  const runATest = async () => {
    const { id: agent_id, token } = await agent('at-work')
    const id = await made('/quicktest', { agent_id, model_path: 'm', engine_name: 'vllm' })
    await admin('POST', `/agents/${agent_id}/heartbeat`)
    await admin('POST', `/quicktest/${id}/status`, { status: 'running' })
    return { params: { id }, token }
  }
  return {
    ...{ server, ask, admin, runner, a, b: await agent('agent-b'), agent },
    /** A name that nothing has yet. */
    name: (what: string) => `${what} ${++n}`,
    test: (more: object = {}) =>
      made('/quicktest', { agent_id: a.id, model_path: 'm', engine_name: 'vllm', force: true, ...more }),
    campaign: (more: object = {}) =>
      made('/campaigns', { name: `campaign ${++n}`, agent_id: a.id, config: CONFIG, ...more }),
    /** A result that a test of this server measured. */
    measured: () => {
      measured ??= measureATest()
      return measured
    },
    /** A test that runs, and the token of its agent. */
    running: () => {
      running ??= runATest()
      return running
    },
    profile: () => made('/engines/profiles', { name: `profile ${++n}`, engine: 'vllm', mode: 'docker' }),
    result: () => made('/results/import', { ...document(++n) }),
    withReadsProtected: <T>(act: () => Promise<T>) =>
      during({ protect_reads: true }, { protect_reads: null }, act),
    withoutDevon: <T>(act: () => Promise<T>) => during({ devon_url: '' }, { devon_url: devon.url }, act),
    withBrokenDevon: async <T>(act: () => Promise<T>) => {
      fail(true)
      return act().finally(() => fail(false))
    },
    withoutDatabase: async <T>(act: () => Promise<T>) => {
      const client = createClient({ url: `file:${join(home, 'kitt.db')}` })
      await client.execute('alter table agents rename to gone')
      // One answer of the database stands for 10 ms.
      await new Promise((resolve) => setTimeout(resolve, 50))
      return act().finally(() =>
        client.execute('alter table gone rename to agents').then(() => client.close()),
      )
    },
  }
}

/** What a campaign is made of. */
export const CONFIG = { models: [{ name: 'm' }], engines: [{ name: 'vllm' }] }

async function devonService() {
  let failing = false
  const model = { source: 'huggingface', model_id: 'Qwen/A', model_name: 'A', path: '/m/A', size_bytes: 1 }
  const devon = await startDevon({
    '*': (response, seen) => {
      const say = (status: number, value: unknown) => json(status, value)(response, seen)
      if (failing) return say(500, { detail: 'boom' })
      if (`${seen.url}${seen.body}`.includes('knows-this')) return say(404, {})
      if (seen.url.startsWith('/api/v1/search')) return say(200, { results: [model] })
      if (seen.url === '/api/v1/downloads') return say(202, { job: { id: 'j1', status: 'queued' } })
      if (seen.url.startsWith('/api/v1/downloads/')) return say(200, { status: 'downloading' })
      return seen.method === 'DELETE' ? say(200, { deleted: true }) : say(200, { models: [model] })
    },
  })
  const fail = (value: boolean) => {
    failing = value
  }
  return { devon, fail }
}
