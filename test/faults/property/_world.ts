import type { Random } from '../../../agent/bench/random.ts'
import { changeAgent } from '../../../app/agents/service.ts'
import { cancelCampaign } from '../../../app/campaigns/reconcile/control.ts'
import { launchCampaign } from '../../../app/campaigns/reconcile/launch.ts'
import { startReconciler } from '../../../app/campaigns/reconcile/reconciler.ts'
import { NewCampaign } from '../../../app/campaigns/schema.ts'
import { createCampaign } from '../../../app/campaigns/service.ts'
import { type Config, ConfigSchema } from '../../../app/config.ts'
import { createDeps } from '../../../app/create-deps.ts'
import type { Deps } from '../../../app/deps.ts'
import { AppError } from '../../../app/errors.ts'
import { keepNothing } from '../../../app/http/idempotency.ts'
import { startSweeper } from '../../../app/maintenance/sweeper.ts'
import { cancelQuickTest } from '../../../app/queue/cancel-test.ts'
import { registerAgent } from '../../../app/queue/register.ts'
import { NewQuickTest } from '../../../app/quicktests/schema.ts'
import { launchQuickTest } from '../../../app/quicktests/service.ts'
import { createModelDirectory } from '../../../app/server/models/directory.ts'
import { runtime, sha256, version } from '../../../app/server/runtime.ts'
import type { Database } from '../../../db/database.ts'
import { campaigns, quickTests } from '../../../db/schema.ts'
import { TestClock } from '../../_clock.ts'
import { Network } from './_network.ts'
import { ThirdParty } from './_third-party.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const MINUTE = 60_000
const FINAL = new Set(['completed', 'failed', 'cancelled'])

/** A server on a database that outlives it, a network that loses, repeats and reorders, and a clock. */
export class World {
  readonly clock: TestClock
  readonly random: Random
  deps!: Deps
  #stops: (() => void)[] = []
  readonly #db: Database
  #config: Config
  readonly network: Network
  /** Final states seen, which nothing may change. */
  readonly #ended = new Map<string, string>()
  /** What has happened to it, by name. */
  readonly deeds = new Set<string>()

  /** @param remote whether the database is a third party, behind a network of its own */
  constructor(file: Database, random: Random, remote = false) {
    const third = remote ? new ThirdParty(file, random, this.deeds) : undefined
    this.#db = third?.db ?? file
    // A local database answers within the turn in which it is asked: one turn is enough.
    this.clock = new TestClock(undefined, () => third?.idle() ?? new Promise(setImmediate))
    this.random = random
    this.network = new Network(random, this.deeds)
    this.#config = ConfigSchema.parse({ home: '/nonexistent' })
  }

  async start() {
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
    this.#stops = [startSweeper(this.deps), startReconciler(this.deps)]
  }

  /** The process ends; what it had promised is in the file. */
  async restart() {
    this.deeds.add('the server restarted')
    await this.stop()
    await this.start()
  }

  async stop() {
    for (const stop of this.#stops) stop()
    await this.deps.writer.close()
  }

  chance(p: number): boolean {
    return this.random() < p
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)]
  }

  /** Time passes; minutes of it pass unseen, as if the server stood still. */
  async pass(ms: number) {
    const step = ms <= 60_000 ? 25_000 : ms
    for (let left = ms; left > 0; left -= step) await this.clock.skip(Math.min(step, left))
  }

  /** Mostly seconds, now and then long enough for a deadline. */
  async passSome() {
    await this.pass(this.chance(0.1) ? this.random() * 25 * MINUTE : this.random() * 40_000)
    if (!this.chance(0.1)) return
    this.deeds.add('the clock was set')
    this.clock.set((this.chance(0.5) ? 1 : -1) * 60 * MINUTE)
  }

  register = (name: string, ack: boolean) =>
    registerAgent(this.deps, { kind: 'admin' }, { name, capabilities: ack ? ['kitt.ack.v1'] : [] })

  launch = (agent_id: string) =>
    launchQuickTest(this.deps, NewQuickTest.parse({ agent_id, model_path: 'm', engine_name: 'vllm' }))

  /** A campaign of two runs over these agents. */
  async campaign(agents: string[]) {
    const config = { models: [{ name: 'm' }, { name: 'n' }], engines: [{ name: 'vllm' }], agents, retries: 1 }
    const input = NewCampaign.parse({ name: 'c', config })
    const { id } = await createCampaign(this.deps, input, JSON.stringify(config), keepNothing)
    await launchCampaign(this.deps, id)
  }

  async cancelOne() {
    const [test, campaign] = [this.pick(await this.tests()), this.pick(await this.campaigns())]
    if (campaign && this.chance(0.5)) await cancelCampaign(this.deps, campaign.id).catch(onlyRefused)
    else if (test) await cancelQuickTest(this.deps, test.id).catch(onlyRefused)
  }

  #drained = new Set<string>()
  async drain(agentId: string, schedulable: boolean) {
    if (!schedulable) this.#drained.add(agentId)
    await changeAgent(this.deps, agentId, { schedulable })
  }

  async undrain() {
    for (const id of this.#drained) await this.drain(id, true)
  }

  tests = () =>
    this.#db.read
      .select({ id: quickTests.id, status: quickTests.status, error: quickTests.error })
      .from(quickTests)

  campaigns = () => this.#db.read.select({ id: campaigns.id, status: campaigns.status }).from(campaigns)

  /** Tests and campaigns that have not ended. */
  async open() {
    return [...(await this.tests()), ...(await this.campaigns())].filter(({ status }) => !FINAL.has(status))
  }

  /** What has ended stays as it ended. @throws when something left a final state */
  async noteEnds() {
    for (const { id, status } of await this.tests()) {
      const before = this.#ended.get(id)
      if (before !== undefined && before !== status)
        throw new Error(`The test ${id} was ${before} and is ${status}.`)
      if (FINAL.has(status)) this.#ended.set(id, status)
    }
  }
}

const onlyRefused = (error: unknown) => {
  if (!(error instanceof AppError)) throw error
}
