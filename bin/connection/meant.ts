import { CommandFailed } from '../terminal/output.ts'

type Named = { id: string; name: string }

/**
 * The one that a person means: by its id, its name or the beginning of its id.
 * @param one what it is called, `list` the command that shows all
 * @throws CommandFailed if there is none, or several
 */
export function oneMeant<T extends Named>(
  all: readonly T[],
  asked: string,
  { one, list }: { one: string; list: string },
): T {
  const exact = all.find(({ id }) => id === asked)
  if (exact) return exact
  const named = all.filter(({ name }) => name === asked)
  const found = named.length > 0 ? named : all.filter(({ id }) => id.startsWith(asked))
  if (found[0] && found.length === 1) return found[0]
  throw new CommandFailed(
    found.length > 1
      ? `Several ${one}s ${named.length > 0 ? 'are named' : 'begin with'} ${asked}: ${found.map(({ id, name }) => `${id} (${name})`).join(', ')}.`
      : `There is no ${one} "${asked}". "${list}" shows them.`,
  )
}
