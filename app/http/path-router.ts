import type { Params, Result, Router } from 'hono/router'
import { TrieRouter } from 'hono/router/trie-router'

/** The values of parameters: the place of their segment in a path, or the segment where all such paths have it. */
type Places = [name: string, place: number | string][]

/** What paths of one shape match. */
type Match<T> = {
  /** The result, if it has no parameters. */
  result: Result<T> | undefined
  /** Each handler with its parameters, as a place in `params`. */
  handlers: [T, number][]
  params: Places[]
}

/** So many shapes are remembered: more than there are routes, and no caller can fill the memory with others. */
const SHAPES = 1000
const PLACE = '\0'

/**
 * Matches by a tree of path segments, and remembers the matches by the shape of the path: the segments that occur in
 * routes, the others left out. Walking the tree takes a thirtieth of the time of a small answer. Hono's RegExpRouter
 * does not support routes like `/agents/register` beside `/agents/:id/heartbeat`; Hono would fall back to the tree.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = 'PathRouter'
  readonly #tree = new TrieRouter<T>()
  /** The methods of the routes. Others are matched as ALL, so that they take no memory. */
  readonly #methods = new Set<string>()
  /** The segments of routes that are no parameters, by their place. */
  readonly #words: Set<string>[] = []
  /** What routes with parameters of more than one segment begin with: their paths have no shape. */
  readonly #open: string[] = []
  readonly #known = new Map<string, Match<T>>()

  add(method: string, path: string, handler: T): void {
    this.#tree.add(method, path, handler)
    this.#methods.add(method)
    this.#known.clear()
    if (/[{?]/.test(path)) this.#open.push(path.slice(0, path.indexOf(':')))
    for (const [place, segment] of path.split('/').entries()) {
      this.#words[place] ??= new Set()
      if (!/[:*]/.test(segment)) this.#words[place].add(segment)
    }
  }

  match(method: string, path: string): Result<T> {
    const asked = this.#methods.has(method) ? method : 'ALL'
    const same = this.#known.get(asked + path)?.result
    if (same) return same
    const segments = path.split('/')
    if (segments.lastIndexOf('') !== 0 || this.#open.some((start) => path.startsWith(start)))
      return this.#tree.match(asked, path)
    let shape = asked
    for (let place = 1; place < segments.length; place++)
      shape += `/${this.#isWord(place, segments[place] as string) ? segments[place] : ':'}`
    const known = this.#known.get(shape) ?? this.#look(shape, asked, segments)
    return known.result ?? filled(known, segments)
  }

  readonly #isWord = (place: number, segment: string) => this.#words[place]?.has(segment) ?? false

  #look(shape: string, method: string, segments: string[]): Match<T> {
    const marked = segments.map((one, place) =>
      place === 0 || this.#isWord(place, one) ? one : PLACE + place,
    )
    const result = this.#tree.match(method, marked.join('/')) as Result<T> & [[T, Params][]]
    const params: Places[] = []
    const handlers = result[0].map(([handler, found]): [T, number] => {
      const places = Object.entries(found).map(([name, value]): Places[number] => [
        name,
        value.startsWith(PLACE) ? Number(value.slice(1)) : value,
      ])
      const same = params.findIndex((one) => JSON.stringify(one) === JSON.stringify(places))
      return [handler, same === -1 ? params.push(places) - 1 : same]
    })
    const match = { result: params.some((one) => one.length > 0) ? undefined : result, handlers, params }
    if (this.#known.size < SHAPES) this.#known.set(shape, match)
    return match
  }
}

function filled<T>({ handlers, params }: Match<T>, segments: string[]): Result<T> {
  const values = params.map((places) => {
    const given: Params = {}
    for (const [name, place] of places)
      given[name] = typeof place === 'number' ? (segments[place] as string) : place
    return given
  })
  return [handlers.map(([handler, at]): [T, Params] => [handler, values[at] as Params])]
}
