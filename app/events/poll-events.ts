import { asc, gt } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { events } from '../../db/schema.ts'
import type { EventRow } from '../../db/writer.ts'

/** How often a server looks for events of other servers in a shared database, in milliseconds. */
export const LOOK_MS = 1000
const PAGE = 200

/** For servers that share a database: passes on the events of all of them, once each, in order of id. */
export class EventPoller {
  #read: Orm
  #tell: (rows: EventRow[]) => void
  #last: number
  #looking: Promise<void> | undefined
  #again = false

  /** @param last the newest event that need not be passed on */
  constructor(read: Orm, last: number, tell: (rows: EventRow[]) => void) {
    this.#read = read
    this.#last = last
    this.#tell = tell
  }

  /** Takes the events of a commit of this process; passes on earlier ones of other servers first. */
  committed(rows: EventRow[]): void {
    // A look may have found the first of them already.
    const later = rows.filter(({ id }) => id > this.#last)
    const first = later[0]?.id
    if (first === this.#last + 1) this.#pass(later)
    // If the database does not answer, the next look finds them.
    else if (first !== undefined) this.look().catch(() => {})
  }

  /** Passes on all events written since the last look. */
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
      // A commit of this process may have been passed on meanwhile: it has caught up, if it goes further.
      const later = rows.filter(({ id }) => id > this.#last)
      this.#pass(later)
      this.#again ||= rows.length === PAGE && later.length > 0
    }
  }

  #pass(rows: EventRow[]) {
    this.#last = rows.at(-1)?.id ?? this.#last
    if (rows.length > 0) this.#tell(rows)
  }
}
