import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readAgentConfig, writeAgentConfig } from '../../../agent/agent-config.ts'
import { runningAgent } from '../../../agent/lock.ts'
import { startDaemon } from '../../../agent/loop/daemon.ts'
import type { Host } from '../../../agent/loop/host.ts'
import type { RunTest } from '../../../agent/loop/jobs.ts'
import { readState } from '../../../agent/state-file.ts'
import { createTestApp, temporaryFolder } from '../../_setup.ts'

/** A host whose only engine is this function; what the daemon does with a host is what is tested here. */
const hostOf = (run: RunTest): Host => ({
  hardware: undefined as unknown as Host['hardware'],
  registration: (name) => ({ name, hostname: 'here' }),
  run,
  command: async () => {},
  telemetry: async () => ({
    gpu_utilization_pct: null,
    gpu_memory_used_gb: null,
    storage_gb_free: 1,
    engines: [],
  }),
  apply: () => {},
  stop: async () => {},
})

async function daemonOn(
  home: string,
  run: RunTest = async () => ({ model: 'm', engine: 'e', passed: true }),
) {
  const app = await createTestApp()
  const made = await app.admin.api.v1.agents.provision.$post({ json: { name: 'g' } })
  const { agent_id, token } = await made.json()
  const said: string[] = []
  const start = () =>
    startDaemon({
      home,
      config: { name: 'g' },
      client: app.client(token),
      version: '9',
      createHost: async () => hostOf(run),
      say: (line) => void said.push(line),
    })
  const launch = async () => {
    const json = {
      agent_id,
      model_path: 'm',
      engine_name: 'openai',
      engine_mode: 'endpoint',
      force: true,
    } as const
    return (await (await app.admin.api.v1.quicktest.$post({ json })).json()).id
  }
  const get = async (id: string) => (await app.admin.api.v1.quicktest[':id'].$get({ param: { id } })).json()
  return { ...app, agent_id, start, launch, get, said }
}

test('one agent a home: a second is refused, a dead one makes room, also where its number is used again', async () => {
  const home = temporaryFolder()
  const lock = join(home, 'agent.lock')
  const { start } = await daemonOn(home)
  const first = await start()
  await expect(start()).rejects.toThrow(`An agent already runs on ${home}, as process ${process.pid}.`)
  expect(await runningAgent(home)).toBe(process.pid)
  await first.stop()
  expect(existsSync(lock)).toBe(false)
  for (const left of [
    { pid: 2 ** 22, identity: 'gone' },
    { pid: process.pid, identity: 'of an earlier one' },
    'x',
  ]) {
    writeFileSync(lock, JSON.stringify(left))
    expect(await runningAgent(home)).toBeUndefined()
    const next = await start()
    expect(JSON.parse(readFileSync(lock, 'utf8')).pid).toBe(process.pid)
    await next.stop()
  }
})

test('it says what it does in its state file, which goes with it', async () => {
  const home = temporaryFolder()
  const { start, agent_id, said } = await daemonOn(home)
  const daemon = await start()
  await expect.poll(() => readState(home)?.last_heartbeat).toBeTruthy()
  expect(readState(home)).toMatchObject({
    pid: process.pid,
    version: '9',
    agent_id,
    problem: null,
    waiting: 0,
  })
  await daemon.stop()
  expect(readState(home)).toBeUndefined()
  expect(said).toEqual(['registered as g', 'stopped'])
})

test('a result that the server does not take fails its test with the reason', async () => {
  const huge = 'x'.repeat(17 * 1024 * 1024)
  const { start, launch, get } = await daemonOn(temporaryFolder(), async () => ({
    model: 'm',
    engine: 'e',
    huge,
  }))
  const daemon = await start()
  onTestFinished(() => daemon.stop())
  const id = await launch()
  await expect.poll(async () => (await get(id)).status, { timeout: 20_000 }).toBe('failed')
  expect(await get(id)).toMatchObject({
    result_id: null,
    error: expect.stringMatching(/^The server refused the result: /),
  })
})

test('an agent is configured by its file, or as a container is, by variables', () => {
  const home = temporaryFolder()
  expect(() => readAgentConfig(home, {})).toThrow('run "kitt agent init" first')
  const ca = join(home, 'ca.pem')
  writeFileSync(ca, 'PEM')
  const env = { KITT_SERVER: 'https://lab:8080', KITT_TOKEN: 't', KITT_NAME: 'g', KITT_CA: ca }
  const config = { server: 'https://lab:8080', token: 't', name: 'g', ca: 'PEM' }
  expect(readAgentConfig(home, env)).toEqual(config)
  expect(() => readAgentConfig(home, { ...env, KITT_SERVER: 'lab' })).toThrow('cannot be read')
  writeAgentConfig(home, { ...config, name: 'kept' })
  expect(readAgentConfig(home, env).name).toBe('kept')
})
