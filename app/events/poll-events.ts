import { asc, gt } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { events } from '../../db/schema.ts'
import type { EventRow } from '../../db/writer.ts'

/** How often a server looks for what others wrote into a shared database, in milliseconds. */
export const LOOK_MS = 1000
const PAGE = 200

/** Where several servers share a database: tells of the events of them all, in the order of their ids, each once. */
export class EventPoller {
  #read: Orm
  #tell: (rows: EventRow[]) => void
  #last: number
  #looking: Promise<void> | undefined
  #again = false

  /** @param last the newest event that nobody here needs to be told of */
  constructor(read: Orm, last: number, tell: (rows: EventRow[]) => void) {
    this.#read = read
    this.#last = last
    this.#tell = tell
  }

  /** Takes the events of a commit of this process; those that others wrote before it come first. */
  committed(rows: EventRow[]): void {
    const first = rows[0]?.id ?? 0
    if (first === this.#last + 1) this.#pass(rows)
    // Where the database does not answer, the next look finds them.
    else if (first > this.#last) this.look().catch(() => {})
  }

  /** Reads what was written since, by whomever. */
  look(): Promise<void> {
    this.#again = true
    this.#looking ??= this.#catchUp().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #catchUp() {
    while (this.#again) {
      this.#again = false
      const rows = await this.#read
        .select()
        .from(events)
        .where(gt(events.id, this.#last))
        .orderBy(asc(events.id))
        .limit(PAGE)
      // A commit of this process may have been told of meanwhile.
      this.#pass(rows.filter(({ id }) => id > this.#last))
      this.#again ||= rows.length === PAGE
    }
  }

  #pass(rows: EventRow[]) {
    this.#last = rows.at(-1)?.id ?? this.#last
    if (rows.length > 0) this.#tell(rows)
  }
}
