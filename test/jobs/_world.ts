import type { Random } from '../../agent/bench/random.ts'
import { registerAgent } from '../../app/agents/register.ts'
import { changeAgent } from '../../app/agents/service.ts'
import { type Config, ConfigSchema } from '../../app/config.ts'
import { createDeps, type Deps } from '../../app/deps.ts'
import { AppError } from '../../app/errors.ts'
import { startSweeper } from '../../app/jobs/sweeper.ts'
import { NewQuickTest } from '../../app/quicktests/schema.ts'
import { cancelQuickTest, launchQuickTest } from '../../app/quicktests/service.ts'
import { createModelDirectory } from '../../app/server/model-directory.ts'
import { runtime, sha256, version } from '../../app/server/runtime.ts'
import { type Database, openDatabase } from '../../db/open.ts'
import { quickTests } from '../../db/schema.ts'
import { TestClock } from '../_clock.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const MINUTE = 60_000

/** A message under way: what it does when it arrives. Its answer may get lost, and it may arrive again. */
export type Letter = { deliver(): Promise<void> }

/** A server on a file that outlives it, a network that loses, repeats and reorders, and a clock. */
export class World {
  readonly clock = new TestClock()
  readonly random: Random
  deps!: Deps
  #db!: Database
  #stopSweeper = () => {}
  #path: string
  #config: Config
  #network: Letter[] = []
  /** Final states seen, which nothing may change. */
  readonly ended = new Map<string, string>()
  calm = false
  /** How much of the network is lost, each way: little in one world, most in another. */
  readonly #loss: number

  constructor(path: string, random: Random) {
    this.#path = path
    this.random = random
    this.#loss = 0.1 + 0.85 * random() ** 3
    this.#config = ConfigSchema.parse({ home: '/nonexistent' })
  }

  async start() {
    this.#db = await openDatabase({ url: `file:${this.#path}` })
    this.deps = await createDeps({
      db: this.#db,
      config: this.#config,
      clock: this.clock,
      sha256,
      version,
      runtime,
      log: quiet,
      openModels: (dir) => createModelDirectory({ dir, log: quiet }),
    })
    this.#stopSweeper = startSweeper(this.deps)
  }

  async stop() {
    this.#stopSweeper()
    await this.deps.writer.close()
    this.#db.close()
  }

  chance(p: number): boolean {
    return this.random() < p
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)]
  }

  /** Sends something: lost, late, twice, or at once; `onAnswer` hears of it unless the answer is lost. */
  async send<T>(
    call: () => Promise<T>,
    onAnswer: (answer: T) => void,
    onRefused?: (error: AppError) => void,
  ) {
    const deliver = async (answered: boolean) => {
      try {
        const answer = await call()
        if (answered) onAnswer(answer)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (answered) onRefused?.(error)
      }
    }
    if (this.calm) return deliver(true)
    if (this.chance(this.#loss)) return
    if (this.chance(0.15)) return void this.#network.push({ deliver: () => deliver(false) })
    await deliver(!this.chance(this.#loss))
    if (this.chance(0.1)) this.#network.push({ deliver: () => deliver(false) })
  }

  /** Some of what is late arrives, in any order. */
  async arrive(all = false) {
    while (this.#network.length > 0 && (all || this.chance(0.5))) {
      const [letter] = this.#network.splice(Math.floor(this.random() * this.#network.length), 1)
      await letter?.deliver()
    }
  }

  /** Time passes; minutes of it pass unseen, as if the server stood still. */
  async pass(ms: number) {
    const step = ms <= 60_000 ? 20_000 : ms
    for (let left = ms; left > 0; left -= step) await this.clock.skip(Math.min(step, left))
  }

  /** Mostly seconds, now and then long enough for a deadline. */
  async passSome() {
    await this.pass(this.chance(0.1) ? this.random() * 25 * MINUTE : this.random() * 40_000)
    if (this.chance(0.03)) this.clock.set((this.chance(0.5) ? 1 : -1) * 60 * MINUTE)
  }

  register = (name: string, ack: boolean) =>
    registerAgent(this.deps, { kind: 'admin' }, { name, capabilities: ack ? ['kitt.ack.v1'] : [] })

  launch = (agent_id: string) =>
    launchQuickTest(this.deps, NewQuickTest.parse({ agent_id, model_path: 'm', engine_name: 'vllm' }))

  async cancelOne() {
    const test = this.pick(await this.tests())
    if (test) await cancelQuickTest(this.deps, test.id).catch(onlyRefused)
  }

  drain = (agentId: string, schedulable: boolean) => changeAgent(this.deps, agentId, { schedulable })

  tests = () =>
    this.#db.read
      .select({ id: quickTests.id, status: quickTests.status, error: quickTests.error })
      .from(quickTests)

  /** What has ended stays as it ended. @throws when something left a final state */
  async noteEnds() {
    for (const { id, status } of await this.tests()) {
      const before = this.ended.get(id)
      if (before !== undefined && before !== status)
        throw new Error(`The test ${id} was ${before} and is ${status}.`)
      if (status === 'completed' || status === 'failed' || status === 'cancelled') this.ended.set(id, status)
    }
  }
}

const onlyRefused = (error: unknown) => {
  if (!(error instanceof AppError)) throw error
}
