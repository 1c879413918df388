import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, runKitt, runtime, startKitt } from './_server.ts'

function temporaryHome() {
  const home = mkdtempSync(join(tmpdir(), 'kitt-home-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

test('the main job: the first start makes a token, the demo ends with a result, and so does the second', async () => {
  const home = temporaryHome()
  const server = await startKitt({ home })
  expect(server.output.text).toContain(server.url)
  expect(server.output.text).toContain(server.token)
  expect(server.output.text).toContain(`\n  ${runtime === 'bun' ? 'bunx --bun' : 'npx'} kitt demo `)
  expect(statSync(join(home, 'auth-token')).mode & 0o777).toBe(0o600)

  for (let run = 1; run <= 2; run++) {
    const demo = await runKitt(['demo', '--server', server.url], { env: { KITT_HOME: home } })
    expect(demo.code, demo.stderr).toBe(0)
    expect(demo.stdout).toContain('SIMULATED')
    expect(demo.stdout).toMatch(/output_tps +[\d.,]+ +tok\/s/)
    expect(demo.stderr).toContain('running')
    expect(demo.stderr).toContain('8/8 requests')
    expect(demo.stderr.split('\n').length).toBeLessThan(15)
    expect(demo.stdout).toMatch(new RegExp(`See it: ${server.url}/results/[0-9a-f]{16} `))
    expect(demo.stdout.match(/^ {2}kitt /gm)).toHaveLength(3)
  }
  const { items } = await (await server.client.api.v1.results.$get({ query: {} })).json()
  expect(items).toHaveLength(2)
  expect(items.every((result) => result.simulated)).toBe(true)
  expect(await server.stop()).toBe(0)
  // No line a request: the address and the link stay in sight.
  expect(server.output.text.split('\n').length).toBeLessThan(20)
  // Handed over at the first start, as it is and in the link; never again.
  expect(server.output.text.split(server.token)).toHaveLength(3)
})

test('kill -9 while a test is queued, offered or running loses nothing', async () => {
  const home = temporaryHome()
  const first = await startKitt({ home })
  const { agent_id } = await (await first.client.api.v1.agents.virtual.$post({ json: { name: 'v1' } })).json()
  const other = await (await first.client.api.v1.agents.provision.$post({ json: { name: 'away' } })).json()
  const launch = async (server: typeof first, id: string) =>
    (
      await (
        await server.client.api.v1.quicktest.$post({
          json: {
            agent_id: id,
            model_path: 'm',
            engine_name: 'simulated',
            force: true,
            options: { requests: 8 },
          },
        })
      ).json()
    ).id
  const waiting = await launch(first, other.agent_id)
  const tests = [await launch(first, agent_id)]
  const get = async (server: typeof first, id: string) =>
    (await server.client.api.v1.quicktest[':id'].$get({ param: { id } })).json()
  await eventually(async () => (await get(first, tests[0] ?? '')).status === 'running')
  tests.push(await launch(first, agent_id))
  await first.stop('SIGKILL')

  const second = await startKitt({ home })
  for (const id of tests) {
    const ended = await eventually(async () => {
      const row = await get(second, id)
      return row.status === 'completed' && row.result_id ? row : undefined
    }, 25)
    expect(ended.error).toBeNull()
  }
  expect((await get(second, waiting)).status).toBe('queued')
  const { items } = await (await second.client.api.v1.results.$get({ query: {} })).json()
  expect(items.map((item) => item.quick_test_id).sort()).toEqual([...tests].sort())
})

test('the demo without a server says what to do and exits with 1', async () => {
  const demo = await runKitt(['demo', '--server', 'http://127.0.0.1:9'], {
    env: { KITT_HOME: temporaryHome() },
  })
  expect(demo).toMatchObject({ code: 1, stdout: '' })
  expect(demo.stderr).toMatch(
    /^kitt: There is no server at http:\/\/127\.0\.0\.1:9\. Start one with "kitt web"/,
  )
})
