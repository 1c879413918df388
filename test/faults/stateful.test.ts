import { expect, test } from 'vitest'
import { createRandom } from '../../agent/bench/random.ts'
import { checkDatabase } from '../../db/check.ts'
import { createTestApp } from '../_setup.ts'
import { ACTIONS } from './_actions.ts'
import { compareLists, pick, type World } from './_model.ts'

const STEPS = 300
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)

async function newWorld(): Promise<World> {
  const app = await createTestApp({ auth_failures_per_minute: 100_000 })
  const { paths } = (await app.call('GET', '/api/v1/openapi.json')).body
  const patterns = Object.keys(paths)
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)
  const documented = (method: string, path: string) => {
    const found = patterns.find(({ pattern }) => pattern.test(`/api/v1/${path.split('?')[0]}`))
    return Object.keys(paths[found?.path ?? '']?.[method.toLowerCase()]?.responses ?? {}).map(Number)
  }
  const each = <T>(make: () => T) => ({
    ...{ agents: make(), quicktest: make(), campaigns: make(), results: make() },
    'engines/profiles': make(),
  })
  return {
    app,
    random: createRandom(seed),
    documented,
    things: each(() => new Map()),
    gone: each(() => new Set()),
  }
}

test(`37: whatever is created, changed and deleted in any order is read back so, and only who may does it (FUZZ_SEED=${seed})`, async () => {
  const world = await newWorld()
  const done: string[] = []
  for (let step = 0; step < STEPS; step++) {
    const name = pick(world, Object.keys(ACTIONS)) ?? ''
    done.push(name)
    await ACTIONS[name]?.(world).catch((error: Error) => {
      error.message = `FUZZ_SEED=${seed}, step ${step} (${done.slice(-8).join(', ')}): ${error.message}`
      throw error
    })
    if (step % 50 === 49) await compareLists(world)
  }
  // What nothing was done with was not tested.
  expect([...new Set(done)].sort()).toEqual(Object.keys(ACTIONS).sort())
  for (const [kind, ids] of Object.entries(world.gone))
    if (kind !== 'quicktest') expect(ids.size, `deleted ${kind}`).toBeGreaterThan(0)
  expect(await checkDatabase(world.app.deps.db.read)).toEqual([])
  expect(world.app.logged.filter(({ message }) => message === 'a request failed')).toEqual([])
})
