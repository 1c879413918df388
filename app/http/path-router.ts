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

/** So many shapes of a method are remembered: more than there are routes, and no caller can fill the memory with others. */
const SHAPES = 1000
const PLACE = '\0'

/**
 * Matches by a tree of path segments, and remembers the matches by the shape of the path: the segments that occur in
 * routes, the others left out. Walking the tree takes a thirtieth of the time of a small answer. Hono's RegExpRouter
 * does not support routes like `/agents/register` beside `/agents/:id/heartbeat`; Hono would fall back to the tree.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = 'PathRouter'
  /** Made for the first match: the routers whose routes became those of another never get one. */
  #tree: TrieRouter<T> | undefined
  readonly #routes: [method: string, path: string, handler: T][] = []
  /** What is known, by method and shape. Methods without routes are matched as ALL, so that they take no memory. */
  readonly #known = new Map<string, Map<string, Match<T>>>()
  /** The segments of routes that are no parameters, by their place. */
  readonly #words: Set<string>[] = []
  /** What routes with parameters of more than one segment begin with: their paths have no shape. */
  readonly #open: string[] = []

  add(method: string, path: string, handler: T): void {
    this.#routes.push([method, path, handler])
    this.#tree = undefined
  }

  #grow(): TrieRouter<T> {
    const tree = new TrieRouter<T>()
    this.#open.length = 0
    this.#known.clear()
    this.#known.set('ALL', new Map())
    for (const [method, path, handler] of this.#routes) {
      tree.add(method, path, handler)
      if (!this.#known.has(method)) this.#known.set(method, new Map())
      if (/[{?]/.test(path)) this.#open.push(path.slice(0, path.indexOf(':')))
      for (const [place, segment] of path.split('/').entries()) {
        this.#words[place] ??= new Set()
        if (!/[:*]/.test(segment)) this.#words[place].add(segment)
      }
    }
    return tree
  }

  match(method: string, path: string): Result<T> {
    this.#tree ??= this.#grow()
    const asked = this.#known.has(method) ? method : 'ALL'
    const shapes = this.#known.get(asked) as Map<string, Match<T>>
    const same = shapes.get(path)?.result
    if (same) return same
    const segments = path.split('/')
    // Longer than any route, so that what is remembered is short.
    const hasShape = segments.length <= this.#words.length && segments.lastIndexOf('') === 0
    if (!hasShape || this.#open.some((start) => path.startsWith(start))) return this.#tree.match(asked, path)
    let shape = ''
    for (let place = 1; place < segments.length; place++)
      shape += `/${this.#isWord(place, segments[place] as string) ? segments[place] : ':'}`
    let known = shapes.get(shape)
    if (!known) {
      known = this.#look(this.#tree, asked, segments)
      if (shapes.size < SHAPES) shapes.set(shape, known)
    }
    return known.result ?? filled(known, segments)
  }

  readonly #isWord = (place: number, segment: string) => this.#words[place]?.has(segment) ?? false

  #look(tree: TrieRouter<T>, method: string, segments: string[]): Match<T> {
    const marked = segments.map((one, place) =>
      place === 0 || this.#isWord(place, one) ? one : PLACE + place,
    )
    const result = tree.match(method, marked.join('/')) as Result<T> & [[T, Params][]]
    const params: Places[] = []
    const handlers = result[0].map(([handler, found]): [T, number] => {
      const places = Object.entries(found).map(([name, value]): Places[number] => [
        name,
        value.startsWith(PLACE) ? Number(value.slice(1)) : value,
      ])
      const same = params.findIndex((one) => JSON.stringify(one) === JSON.stringify(places))
      return [handler, same === -1 ? params.push(places) - 1 : same]
    })
    return { result: params.some((one) => one.length > 0) ? undefined : result, handlers, params }
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
