import { asc, inArray } from 'drizzle-orm'
import { prepared } from '../../../db/prepared.ts'
import { campaigns } from '../../../db/schema.ts'
import type { EventRow } from '../../../db/write.ts'
import { ACTIVE_CAMPAIGN } from '../../../lib/states.ts'
import { every } from '../../clock.ts'
import type { Deps } from '../../deps.ts'
import { giveLease, type Lease, takeLease } from '../../maintenance/leader.ts'
import { applyAction } from './apply.ts'
import { planCampaign } from './plan.ts'
import { campaignRows } from './rows.ts'

const JOB = 'campaigns'
const RECONCILE_MS = 5000

/**
 * Looks after the campaigns under way: now, after every event that concerns one, and every 5 s. Of several servers
 * on one database only the holder of the lease does. Returns what stops it.
 */
export function startReconciler(deps: Deps): () => void {
  const reconciler = new Reconciler(deps)
  // Only one process has a local file: what held the lease before is gone.
  reconciler.sweep(!deps.db.remote)
  const stops = [
    deps.bus.watch((events) => reconciler.hear(events)),
    every(deps.clock, RECONCILE_MS, () => reconciler.sweep()),
  ]
  return () => {
    for (const stop of stops) stop()
    reconciler.stop()
  }
}

class Reconciler {
  #deps: Deps
  #holder: string
  #lease: Lease | undefined
  #wanted = new Set<string>()
  #all = false
  #running: Promise<void> | undefined
  #stopped = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#holder = deps.newId()
  }

  /** Takes or renews the lease, then looks at every campaign under way. */
  async sweep(force = false): Promise<void> {
    await this.#guarded(async () => {
      this.#lease = await takeLease(this.#deps, JOB, this.#holder, force)
    })
    this.#all = true
    this.#poke()
  }

  /** Looks at the campaigns that these events concern. */
  hear(events: EventRow[]): void {
    for (const { type, source_id, parent_id, data } of events) {
      // Agents come, go, and become free for any campaign.
      if (type === 'agent_status') this.#all = true
      else if (type === 'status' || type === 'result_saved') {
        if (parent_id) this.#wanted.add(parent_id)
        else if (data.includes('"campaign_id"')) this.#wanted.add(source_id)
      }
    }
    this.#poke()
  }

  stop(): void {
    this.#stopped = true
    const lease = this.#lease
    if (lease) this.#guarded(() => giveLease(this.#deps, lease))
  }

  #poke(): void {
    if (this.#all || this.#wanted.size > 0) this.#running ??= this.#drain()
  }

  async #drain() {
    // What is told in this turn of the event loop is looked at together.
    await Promise.resolve()
    for (let lease = this.#lease; lease && !this.#stopped; lease = this.#lease) {
      const ids = new Set(this.#wanted)
      const all = this.#all
      if (!all && ids.size === 0) break
      this.#wanted.clear()
      this.#all = false
      await this.#guarded(() => this.#look(lease as Lease, ids, all))
    }
    this.#running = undefined
  }

  async #look(lease: Lease, ids: Set<string>, all: boolean) {
    if (all) for (const id of await activeCampaigns(this.#deps)) ids.add(id)
    for (const id of ids) await this.#guarded(() => reconcile(this.#deps, lease, id))
  }

  async #guarded(work: () => Promise<void>) {
    try {
      await work()
    } catch (error) {
      if (!this.#stopped)
        this.#deps.log.warn({ error: String(error) }, 'campaigns wait for the next look at them')
    }
  }
}

async function activeCampaigns({ db }: Deps): Promise<string[]> {
  return (await underWay(db.read).execute()).map(({ id }) => id)
}

/** Asked whenever an agent begins or ends something. */
const underWay = prepared((orm) =>
  orm
    .select({ id: campaigns.id })
    .from(campaigns)
    .where(inArray(campaigns.status, ACTIVE_CAMPAIGN))
    .orderBy(asc(campaigns.created_at), asc(campaigns.id))
    .prepare(),
)

/** Brings one campaign on: what its rows ask for, in one transaction. A campaign that is not under way is left alone. */
export async function reconcile(deps: Deps, lease: Lease, id: string): Promise<void> {
  // Looked at without the write lock first: most of the time there is nothing to do.
  const seen = await campaignRows(deps.db.read, id)
  if (!seen || planCampaign(seen, deps.clock.now()).length === 0) return
  await deps.write(async (tx) => {
    const at = deps.clock.now()
    const work = await campaignRows(tx.orm, id)
    if (!work) return
    for (const action of planCampaign(work, at)) await applyAction({ deps, tx, work, lease, at }, action)
  })
}
