import { readSlowdown, type Slowdown } from '../bench/simulator/slow.ts'

/** How the simulated engine of a virtual agent behaves; its administrator sets it with tags. */
export type EngineTags = { version?: string; slow?: Slowdown }

/**
 * Reads an agent's tags: `engine=1.1` is the version of its simulated engine, `slow=8%` or `slow=8%@2026-12-01T00:00:00Z`
 * the speed that it has lost. Other tags are none of the engine's; of several of a kind the last counts.
 */
export function engineTags(tags: readonly string[]): EngineTags {
  const found: EngineTags = {}
  for (const tag of tags) {
    const [, name, value = ''] = /^(engine|slow)=(.+)$/.exec(tag) ?? []
    if (name === 'engine') found.version = value
    const slow = name === 'slow' ? readSlowdown(value) : undefined
    if (slow) found.slow = slow
  }
  return found
}
