import { asc, inArray } from 'drizzle-orm'
import { prepared } from '../../../db/prepared.ts'
import { campaigns } from '../../../db/schema.ts'
import type { EventRow } from '../../../db/writer.ts'
import { ACTIVE_CAMPAIGN } from '../../../lib/states.ts'
import type { Deps } from '../../deps.ts'
import { type Lease, releaseLease, takeLease } from '../../maintenance/leader.ts'
import { sweeping } from '../../maintenance/sweeping.ts'
import { applyActions } from './apply.ts'
import { planCampaign } from './plan.ts'
import { campaignRows } from './rows.ts'

const JOB = 'campaigns'

/**
 * Reconciles active campaigns: now, after every event that concerns one, and every 5 s. Of several servers on one
 * database only the holder of the lease does. Returns a function that stops it.
 */
export const startReconciler = (deps: Deps): (() => void) => sweeping(deps, new Reconciler(deps))

class Reconciler {
  #deps: Deps
  #holder: string
  #lease: Lease | undefined
  #pending = new Set<string>()
  #all = false
  #running: Promise<void> | undefined
  #stopped = false

  constructor(deps: Deps) {
    this.#deps = deps
    this.#holder = deps.newId()
  }

  /** Takes or renews the lease, then reconciles every active campaign. */
  async sweep(force = false): Promise<void> {
    await this.#guarded(async () => {
      this.#lease = await takeLease(this.#deps, JOB, this.#holder, force)
    })
    this.#all = true
    this.#start()
  }

  /** Reconciles the campaigns that these events concern. */
  onEvents(events: EventRow[]): void {
    for (const { type, source_id, parent_id, data } of events) {
      // An agent may be used by any campaign.
      if (type === 'agent_status') this.#all = true
      else if (type === 'status' || type === 'result_saved') {
        if (parent_id) this.#pending.add(parent_id)
        else if (data.includes('"campaign_id"')) this.#pending.add(source_id)
      }
    }
    this.#start()
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    // Also a lease that is being taken: writes run in order.
    this.#guarded(() => releaseLease(this.#deps, { name: JOB, holder: this.#holder }))
  }

  #start(): void {
    if (this.#all || this.#pending.size > 0) this.#running ??= this.#drain()
  }

  async #drain() {
    // Collects the events of this turn of the event loop.
    await Promise.resolve()
    for (let lease = this.#lease; lease && !this.#stopped; lease = this.#lease) {
      const ids = new Set(this.#pending)
      const all = this.#all
      if (!all && ids.size === 0) break
      this.#pending.clear()
      this.#all = false
      await this.#guarded(() => this.#reconcile(lease as Lease, ids, all))
    }
    this.#running = undefined
  }

  async #reconcile(lease: Lease, ids: Set<string>, all: boolean) {
    // Most of what ended belongs to no campaign: one look tells that of all.
    for (const id of await activeCampaigns(this.#deps))
      if (all || ids.has(id)) await this.#guarded(() => reconcile(this.#deps, lease, id))
  }

  async #guarded(work: () => Promise<void>) {
    try {
      await work()
    } catch (error) {
      if (!this.#stopped)
        this.#deps.log.warn(
          { error: String(error) },
          'campaigns were not reconciled; the next sweep tries again',
        )
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

/** Actions in one transaction: thousands would hold the database for seconds. */
const ACTIONS_AT_ONCE = 200

/** Applies the plan of one campaign, in as few transactions as may be. Ignores a campaign that is not active. */
export async function reconcile(deps: Deps, lease: Lease, id: string): Promise<void> {
  // Planned without the write lock first: most of the time there is nothing to do.
  const seen = await campaignRows(deps.db.read, id)
  let planned = seen ? planCampaign(seen, deps.clock.now()).length : 0
  for (let before = Number.POSITIVE_INFINITY; planned > 0 && planned < before; ) {
    before = planned
    planned = await deps.write(async (tx) => {
      const at = deps.clock.now()
      const work = await campaignRows(tx.orm, id)
      const actions = work ? planCampaign(work, at) : []
      if (work) await applyActions({ deps, tx, work, lease, at }, actions.slice(0, ACTIONS_AT_ONCE))
      // What is left; nothing becomes less without the lease.
      return Math.max(0, actions.length - ACTIONS_AT_ONCE)
    })
  }
}
