import type { UnitOfWork } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { type AuditRow, insertAudit } from './row.ts'

const ID = /^[0-9a-f]{16}$/
type What = Omit<AuditRow, 'at' | 'outcome'>

/** The entry of one request that changes something. */
export class PendingEntry {
  readonly #what: What
  #kept = false
  #claimed = false

  /** @param what an empty target is filled with the id of what was made */
  constructor(what: What) {
    this.#what = what
  }

  /** Runs a unit of work; the first one that commits holds the entry. */
  async within<T>(deps: Deps, unit: UnitOfWork<T>): Promise<T> {
    if (this.#claimed) return deps.write(unit)
    this.#claimed = true
    try {
      const value = await deps.write(async (tx) => {
        const made = await unit(tx)
        await insertAudit(tx, this.#row(deps, made))
        return made
      })
      this.#kept = true
      return value
    } finally {
      this.#claimed = this.#kept
    }
  }

  /** Writes the entry of a change that had no transaction. @param answer what was answered */
  async keep(deps: Deps, answer: unknown): Promise<void> {
    if (this.#kept) return
    this.#kept = true
    this.#claimed = true
    await deps.write((tx) => insertAudit(tx, this.#row(deps, answer)))
  }

  /** Whether a unit of work holds the entry. */
  get kept(): boolean {
    return this.#kept
  }

  #row(deps: Deps, made: unknown): AuditRow {
    const target = this.#what.target || idOf(made)
    return { ...this.#what, target, at: deps.clock.now(), outcome: 'done' }
  }
}

/** The id of what was made: the answer, or its id. */
function idOf(made: unknown): string {
  if (typeof made === 'string') return ID.test(made) ? made : ''
  if (typeof made !== 'object' || made === null) return ''
  const { id, agent_id } = made as { id?: unknown; agent_id?: unknown }
  const found = id ?? agent_id
  return typeof found === 'string' ? found : ''
}
