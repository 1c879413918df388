import type { Subject, Told } from './notice.ts'

export type Filter = { agents: string[]; models: string[]; tags: string[] }

/**
 * Whether a webhook is told of something. Each list of the filter that is not empty must name a part of its subject; a
 * list does not concern what has no such part, as models the coming and going of agents.
 */
export function matches(
  { events, filter }: { events: readonly string[]; filter: Filter },
  { type, subject }: Pick<Told, 'type' | 'subject'>,
): boolean {
  return (
    events.includes(type) &&
    any(filter.agents, subject.agents, equal) &&
    any(filter.models, subject.models, isModel) &&
    any(filter.tags, subject.tags, equal)
  )
}

function any(
  wanted: readonly string[],
  given: Subject['agents'],
  fits: (wanted: string, given: string) => boolean,
): boolean {
  if (wanted.length === 0 || given === null) return true
  return wanted.some((one) => given.some((other) => fits(one, other)))
}

const equal = (wanted: string, given: string) => wanted === given

/** A model is named by its name, or by the last part of its path: `llama` is `/models/Llama`. */
function isModel(wanted: string, given: string): boolean {
  const [name, path] = [wanted.toLowerCase(), given.toLowerCase()]
  return path === name || path.endsWith(`/${name}`)
}
