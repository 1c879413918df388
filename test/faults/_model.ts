import { expect } from 'vitest'
import type { Random } from '../../agent/bench/random.ts'
import type { TestApp } from '../_setup.ts'
import { ADMIN_TOKEN } from '../_setup.ts'

export type Kind = 'agents' | 'quicktest' | 'campaigns' | 'results' | 'engines/profiles'
type Fields = Record<string, unknown>
/** What must be read back of something, and the token of an agent. */
export type Thing = { id: string; fields: Fields; token?: string }

/** A server, and what it must know by now. */
export type World = {
  app: TestApp
  random: Random
  things: Record<Kind, Map<string, Thing>>
  /** Ids of what was deleted. */
  gone: Record<Kind, Set<string>>
  /** The statuses that the OpenAPI document names for a route. */
  documented(method: string, path: string): number[]
}

export const pick = <T>({ random }: World, list: Iterable<T>): T | undefined => {
  const all = [...list]
  return all[Math.floor(random() * all.length)]
}

/** Sends something first as those who may not, for whom nothing must happen, then as the admin. */
export async function ask(world: World, method: string, path: string, status: number, body?: object) {
  const { app } = world
  const statuses = world.documented(method, path)
  const known = pick(world, world.things.agents.values())
  const others: [string | null | undefined, number][] = [
    [null, 401],
    ['nobody-issued-this-token', 403],
    [known?.token, 403],
  ]
  const [token, refused] = pick(world, others) ?? [null, 401]
  const mayAnyone = method === 'GET'
  if (!mayAnyone && token !== undefined) {
    const answer = await app.call(method, `/api/v1/${path}`, body, token)
    expect(answer.status, `${method} ${path} without the right`).toBe(refused)
  }
  const answer = await app.call(method, `/api/v1/${path}`, body, mayAnyone ? null : ADMIN_TOKEN)
  const shown = `${method} ${path} ${JSON.stringify(body)} → ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 300)}`
  expect(answer.status, shown).toBe(status)
  expect(statuses, shown).toContain(answer.status)
  return answer.body
}

/** Reads something back: it is what was written. */
export async function readBack(world: World, kind: Kind, { id, fields }: Thing) {
  expect(await ask(world, 'GET', `${kind}/${id}`, 200), `${kind}/${id}`).toMatchObject(fields)
}

export async function keep(world: World, kind: Kind, thing: Thing) {
  world.things[kind].set(thing.id, thing)
  await readBack(world, kind, thing)
}

/** Deletes something: it is gone at once, and a second time it was never there. */
export async function remove(world: World, kind: Kind, id: string) {
  expect(await ask(world, 'DELETE', `${kind}/${id}`, 200)).toEqual({ deleted: true })
  world.things[kind].delete(id)
  world.gone[kind].add(id)
  await ask(world, 'GET', `${kind}/${id}`, 404)
  await ask(world, 'DELETE', `${kind}/${id}`, 404)
}

/** Every list holds exactly what there is, each as it was written. */
export async function compareLists(world: World) {
  for (const [kind, known] of Object.entries(world.things)) {
    const listed = new Map<string, Fields>()
    for (let page = 1; ; page++) {
      const { items, total, pages } = await ask(world, 'GET', `${kind}?per_page=100&page=${page}`, 200)
      expect(total, kind).toBe(known.size)
      for (const item of items) listed.set(item.id, item)
      if (page >= pages) break
    }
    expect([...listed.keys()].sort(), kind).toEqual([...known.keys()].sort())
    for (const { id, fields } of known.values()) {
      // Lists leave out what only one of them tells.
      const { config, outputs, ...rest } = fields
      expect(listed.get(id), `${kind}/${id}`).toMatchObject(rest)
    }
  }
}
