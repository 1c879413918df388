import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CommanderError } from 'commander'
import { expect, onTestFinished, test } from 'vitest'
import { parsePrometheus } from '../../agent/bench/engine-metrics/prometheus.ts'
import { engineByName } from '../../agent/engines/known/all-engines.ts'
import { EnginePayload, TestPayload } from '../../agent/engines/payload.ts'
import { prefixCacheOf } from '../../agent/engines/prefix-cache.ts'
import { queryEngine } from '../../agent/engines/reported.ts'
import { createCommands } from '../../agent/loop/commands.ts'
import { resolveConfig } from '../../app/config.ts'
import { fileFormat } from '../../app/models/formats.ts'
import { nameInSweep } from '../../app/results/metric-source.ts'
import { tableSizes } from '../../bin/db/sizes.ts'
import { programFor } from '../../bin/program.ts'
import { UsageError } from '../../bin/terminal/output.ts'
import { colourOf } from '../../bin/terminal/terminal.ts'
import { metricName } from '../../dashboard/src/lib/metric-names.ts'
import { distributionName } from '../../dashboard/src/pages/results/distributions.ts'
import { LocalClient } from '../../db/local.ts'
import { createTestApp, temporaryFolder } from '../_setup.ts'
import { newHost } from '../agent/_host.ts'
import { addHost, document, launch } from '../queue/_queue.ts'

/** What every plain object seems to have. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype)

test('56: a command that is named like what every object has is one that the agent does not know', async () => {
  const { host } = newHost()
  const commands = createCommands(
    { engines: host, storage: () => ({}) as never },
    () => {},
    AbortSignal.timeout(60_000),
  )
  for (const type of INHERITED) {
    const command = { command_id: 'c', test_id: 't', type: type as never, payload: {} }
    await expect(commands.run(command), type).rejects.toThrow('This agent does not know the command')
  }
})

test('56: names from outside find nothing that an object merely inherits', () => {
  for (const name of INHERITED) {
    expect(colourOf(name), name).toBeUndefined()
    expect(fileFormat(`model.${name}`), name).toBeNull()
    expect(() => engineByName(name), name).toThrow('does not know the engine')
    expect(prefixCacheOf(name, ['--undefined', 'undefined'], {}), name).toBeNull()
    expect(nameInSweep(name), name).toBeUndefined()
    expect([metricName(name), distributionName(name)]).toEqual([name, name])
    expect(() => resolveConfig({ flags: {}, env: {}, file: JSON.parse(`{"${name}":1}`) }), name).toThrow(name)
    expect(TestPayload.safeParse({ model_path: 'm', engine_name: 'vllm', suite_name: name }).success).toBe(
      false,
    )
    const benchmark = { model_path: 'm', engine_name: 'vllm', benchmark_name: name }
    expect(TestPayload.safeParse(benchmark).success, name).toBe(false)
    expect(EnginePayload.safeParse({ engine_name: 'vllm', engine_mode: name }).success, name).toBe(false)
    const [sample] = parsePrometheus(`m{${name}="x"} 1`, () => true)
    expect(Object.entries(sample?.labels ?? {}), name).toEqual([[name, 'x']])
  }
})

test('56: engines of such names are kept and shown like any other, and change no object', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  await host.beat({ engines: INHERITED.map((engine) => ({ engine, installed: true })) })
  const { body } = await app.call('GET', '/api/v1/engines/status')
  expect(Object.keys(body[host.id].engines).sort()).toEqual([...INHERITED].sort())
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('56: routes answer such names in paths and queries as any that is not there', async () => {
  const app = await createTestApp()
  for (const name of INHERITED) {
    expect((await app.call('GET', `/api/v1/agents/${name}`)).status, name).toBe(404)
    expect((await app.call('GET', `/${name}`)).status, name).toBe(404)
    expect((await app.call('GET', `/api/v1/agents?status=${name}`)).status, name).toBe(400)
    expect((await app.call('GET', `/api/v1/results?sort=${name}`)).status, name).toBe(400)
    expect((await app.call('GET', `/api/v1/results?sort=metric:${name}`)).body.items, name).toEqual([])
  }
})

test('56: an engine of such a name, or that says it is of such a one, is asked what an unknown one is', async () => {
  let owner = ''
  const server = createServer((_, answer) =>
    answer.end(JSON.stringify({ data: [{ id: 'm', owned_by: owner }] })),
  )
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const unknown = await queryEngine({ root, engine: 'other', model: 'm' })
  for (const name of INHERITED) {
    owner = name
    expect(await queryEngine({ root, engine: 'other', model: 'm' }), `owned by ${name}`).toEqual(unknown)
    owner = ''
    expect(await queryEngine({ root, engine: name, model: 'm' }), name).toEqual(unknown)
  }
})

test('56: bodies that name such an engine, mode, suite, setting or option are refused or keep it as it is', async () => {
  const app = await createTestApp()
  const { id: agent_id } = await addHost(app)
  const asked = { agent_id, model_path: 'm', engine_name: 'vllm', force: true }
  const campaign = (engine: object) => ({
    name: 'c',
    agent_id,
    config: { models: [{ name: 'm' }], engines: [engine] },
  })
  for (const name of INHERITED) {
    // Written as text: in a literal __proto__ is no key.
    const own = (value: unknown) => JSON.parse(`{"${name}":${JSON.stringify(value)}}`) as object
    for (const [method, path, body] of [
      ['POST', 'quicktest', { ...asked, engine_name: name }],
      ['POST', 'quicktest', { ...asked, engine_mode: name }],
      ['POST', 'campaigns', campaign({ name })],
      ['POST', 'campaigns', campaign({ name: 'vllm', mode: name })],
      ['POST', 'engines/profiles', { name: 'p', engine: name, runtime_config: {} }],
      ['PUT', 'settings', own(1)],
      ['PATCH', `agents/${agent_id}/settings`, own(1)],
      ['GET', `results/aggregate?group_by=${name}`, undefined],
      ['GET', `quicktest?status=${name}`, undefined],
      ['GET', `campaigns?status=${name}`, undefined],
    ] as const) {
      const answer = await app.call(method, `/api/v1/${path}`, body)
      expect(answer.status, `${method} ${path} ${name}`).toBeGreaterThanOrEqual(400)
      expect(answer.status, `${method} ${path} ${name}`).toBeLessThan(500)
    }
    const unknown = { engine_name: 'vllm', suite_name: name, options: own(name), force: true }
    const test = await launch(app, agent_id, unknown)
    const { body } = await app.call('GET', `/api/v1/quicktest/${test}`)
    expect([body.suite_name, Object.entries(body.options)]).toEqual([name, [[name, name]]])
  }
})

test('56: metrics of such names are kept, ordered by and summed up like any other', async () => {
  const app = await createTestApp()
  const metrics = JSON.parse(`{${INHERITED.map((name, i) => `"${name}":${i + 1}`).join()}}`) as object
  const result = {
    ...document(),
    results: [{ test_name: 'throughput', run_number: 1, passed: true, metrics }],
  }
  expect((await app.call('POST', '/api/v1/results/import', result)).status).toBe(201)
  for (const [i, name] of INHERITED.entries()) {
    const list = await app.call('GET', `/api/v1/results?sort=metric:${name}`)
    expect(list.body.items, name).toHaveLength(1)
    const { body } = await app.call('GET', `/api/v1/results/aggregate?metric=${name}`)
    expect(Object.entries(body.items[0].metrics), name).toMatchObject([[name, { avg: i + 1 }]])
  }
})

test('56: tables of such names are counted by "kitt db info"', async () => {
  const client = new LocalClient(`${temporaryFolder()}/a.db`)
  for (const name of INHERITED) await client.execute(`CREATE TABLE "${name}" (at INTEGER)`)
  const sizes = await tableSizes(client, INHERITED)
  client.close()
  expect(Object.entries(sizes).map(([name, { rows }]) => [name, rows])).toEqual(
    INHERITED.map((name) => [name, 0]),
  )
})

test('56: the command line knows no command, suite, benchmark, mode or format of such a name', async () => {
  const run = ['run', '--url', 'http://127.0.0.1:9', '--model', 'm']
  for (const name of INHERITED) {
    for (const args of [
      [name],
      [...run, '--suite', name],
      [...run, '--benchmarks', name],
      [...run, '--mode', name],
      [...run, '--slo', `${name}=1`],
      [...run, '--options', `{"${name}":1}`],
      ['results', 'export', '--format', name],
      ['completion', name],
    ]) {
      const program = await programFor(args[0])
      for (const one of [
        program,
        ...program.commands,
        ...program.commands.flatMap(({ commands }) => commands),
      ])
        one.configureOutput({ writeErr: () => {} })
      const failed: unknown = await program.parseAsync(['node', 'kitt', ...args]).catch((error) => error)
      expect(failed instanceof CommanderError || failed instanceof UsageError, args.join(' ')).toBe(true)
    }
  }
})
