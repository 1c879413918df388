import { getTableName, is, Table } from 'drizzle-orm'
import { expect, onTestFinished } from 'vitest'
import { createRandom } from '../../../agent/bench/random.ts'
import { checkDatabase } from '../../../db/check.ts'
import type { Database } from '../../../db/database.ts'
import { openDatabase } from '../../../db/open.ts'
import * as schema from '../../../db/schema.ts'
import { freshDatabase } from '../../_setup.ts'
import { FakeAgent } from './_fake-agent.ts'
import { keepStatements } from './_statements.ts'
import { World } from './_world.ts'

const { attempts, events, runs } = schema

/** Small worlds find most; one in eight is large, with both kinds of agent. */
const SMALL = { steps: 10, kinds: 1, tests: 1 }
const LARGE = { steps: 40, kinds: 2, tests: 2 }

/** Drops, doubles, reorders, kills and clock jumps against the promises of the protocol. */
async function live(world: World, { steps, kinds, tests }: typeof SMALL) {
  const agents: FakeAgent[] = []
  for (const ack of world.chance(0.5) ? [true, false] : [false, true]) {
    if (agents.length < kinds)
      agents.push(new FakeAgent(world, (await world.register(ack ? 'new' : 'old', ack)).agent_id, ack))
  }
  if (world.chance(0.2)) await world.campaign(agents.map(({ id }) => id))
  for (const agent of agents) for (let i = 0; i < tests; i++) await world.launch(agent.id)
  for (let step = 0; step < steps; step++) await act(world, agents)
  await world.noteEnds()
  return agents
}

async function act(world: World, agents: FakeAgent[]) {
  const agent = world.pick(agents) as FakeAgent
  if (world.chance(0.3)) await world.pass(world.random() * 20_000)
  const dice = world.random()
  if (dice < 0.33) await agent.beat()
  else if (dice < 0.71) await agent.work()
  else if (dice < 0.77) await world.network.arrive()
  else if (dice < 0.82) agent.restart()
  else if (dice < 0.85) await world.launch(agent.id)
  else if (dice < 0.89) await world.cancelOne()
  else if (dice < 0.91) await world.drain(agent.id, world.chance(0.5))
  else if (dice < 0.93) await world.restart()
  else await world.passSome()
}

/** The network heals: within hours everything must have an end. */
async function heal(world: World, agents: FakeAgent[]) {
  await world.network.arrive(true)
  world.network.calm = true
  await world.undrain()
  for (let round = 0; round < 80; round++) {
    for (const agent of agents) {
      await agent.flush()
      do {
        while (agent.working) await agent.work()
        await agent.beat()
      } while (agent.working)
    }
    if (agents.every(({ idle }) => idle) && (await world.open()).length === 0) break
    await world.pass(25_000)
  }
  await world.noteEnds()
  // A result may be this late; after it the test must say that it has none.
  await world.pass(11 * 60_000)
}

/** Every promise that was given by a 2xx is kept. */
async function promisesKept(world: World, agents: FakeAgent[]) {
  const ids = new Set((await world.deps.db.read.select({ id: runs.id }).from(runs)).map(({ id }) => id))
  const lines = new Map<string, number>()
  for (const { wire_id, seq } of await world.deps.db.read.select().from(events)) {
    if (seq !== null) lines.set(`${wire_id} ${seq}`, (lines.get(`${wire_id} ${seq}`) ?? 0) + 1)
  }
  for (const { promised } of agents) {
    for (const [command, id] of promised.results) expect(ids, `the result of ${command}`).toContain(id)
    for (const line of promised.lines) expect(lines.get(line), `the log line ${line}`).toBe(1)
  }
}

const REASONS = ['undeliverable', 'Given up', 'No progress', 'it broke']

/** What the seeds led to, so that they cannot pass by doing nothing. */
async function note(world: World, reached: Set<string>) {
  for (const deed of world.deeds) reached.add(deed)
  for (const { state } of await world.deps.db.read.select().from(attempts)) reached.add(state)
  for (const { status } of await world.campaigns()) reached.add(`campaign ${status}`)
  for (const { error } of await world.tests())
    for (const reason of REASONS) if (error?.includes(reason)) reached.add(reason)
}

async function liveAndHeal(world: World, seed: number, reached: Set<string>) {
  const large = seed % 8 === 0
  const agents = await live(world, large ? LARGE : SMALL)
  if (large) expect(await checkDatabase(world.deps.db.read), 'in the middle').toEqual([])
  await heal(world, agents)
  expect(await world.open(), 'still open').toEqual([])
  expect(await checkDatabase(world.deps.db.read, { now: world.clock.now() }), 'at the end').toEqual([])
  await promisesKept(world, agents)
  await note(world, reached)
}

/**
 * Runs the worlds of some seeds, one after the other.
 * @param remote whether the database is a third party
 * @returns everything that happened in them
 */
export async function runSeeds(first: number, count: number, remote = false): Promise<string[]> {
  onTestFinished(keepStatements())
  const db = await openDatabase({ url: `file:${await freshDatabase()}` })
  const reached = new Set<string>()
  for (let seed = first; seed < first + count; seed++) {
    await emptyDatabase(db)
    const world = new World(db, createRandom(seed), remote)
    await world.start()
    try {
      await liveAndHeal(world, seed, reached)
    } catch (error) {
      throw new Error(`seed ${seed}: run again with KITT_SEED=${seed} KITT_SEEDS=1`, { cause: error })
    } finally {
      await world.stop()
    }
  }
  db.close()
  return [...reached].sort()
}

async function emptyDatabase({ writer }: Database) {
  const tables = Object.values(schema).filter((one) => is(one, Table))
  await writer.migrate(tables.map((table) => `DELETE FROM ${getTableName(table)}`))
}
