/**
 * What to call to stop each request in flight. A Set would grow a new table every few dozen requests, and the old
 * tables hold everything of their requests until a full garbage collection: a tenth of the client's time.
 */
export class InFlight {
  readonly #stops: (() => void)[] = []
  readonly #free: number[] = []

  /** @returns the place to give to `leave` */
  enter(stop: () => void): number {
    const place = this.#free.pop() ?? this.#stops.length
    this.#stops[place] = stop
    return place
  }

  /** Call once for each `enter`. */
  leave(place: number): void {
    this.#stops[place] = nothing
    this.#free.push(place)
  }

  stopAll(): void {
    for (const stop of [...this.#stops]) stop()
  }
}

const nothing = () => {}
