/** An open test of an agent. Times are epoch ms, durations ms. */
export type QueuedTest = {
  id: string
  agent_id: string
  status: string
  started_at: number | null
  /** How long such a test takes; undefined if none was measured before. */
  usual: number | undefined
}

/**
 * When a test is expected to start and end, and its place in the queue of its agent: 1 is next. Null where that is
 * not known, or it has started.
 */
export type Forecast = { place: number | null; starts_at: number | null; ends_at: number | null }

export const NO_FORECAST: Forecast = { place: null, starts_at: null, ends_at: null }

/** What is known of one agent's queue: of each test, and when the agent is free; null if that is not known. */
export type QueueForecast = { tests: Map<string, Forecast>; free_at: number | null }

/**
 * Foresees the queue of one agent.
 * @param tests in the order in which they run
 * @param takes whether the agent is there and takes new tests
 */
export function forecastQueue(
  tests: readonly QueuedTest[],
  { here, takes }: { here: boolean; takes: boolean },
  now: number,
): QueueForecast {
  const found = new Map<string, Forecast>()
  let free: number | null = here ? now : null
  let place = 0
  for (const { id, status, started_at, usual } of tests) {
    if (status === 'queued') {
      const starts_at: number | null = takes ? free : null
      free = after(starts_at, usual)
      found.set(id, { place: ++place, starts_at, ends_at: free })
    } else {
      const ends_at = here ? after(started_at ?? now, usual) : null
      // One that takes longer than usual may end at any time.
      free = ends_at === null ? null : Math.max(now, ends_at)
      found.set(id, { place: null, starts_at: started_at, ends_at })
    }
  }
  return { tests: found, free_at: takes ? free : null }
}

const after = (at: number | null, usual: number | undefined): number | null =>
  at === null || usual === undefined ? null : at + usual

/** An earlier test: its agent and how long it took, ms. */
export type Past = readonly [agent_id: string, took: number]

/** How long such a test takes on an agent: the median of its last ones there, otherwise on others. */
export function usualOf(past: readonly Past[], agent_id: string | null): number | undefined {
  const here = past.filter(([agent]) => agent === agent_id)
  const times = (here.length > 0 ? here : past).map(([, took]) => took).sort((a, b) => a - b)
  return times[Math.floor((times.length - 1) / 2)]
}
