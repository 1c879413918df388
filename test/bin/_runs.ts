import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { eventually } from '../_eventually.ts'
import { measured } from '../setups/_document.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)

/** Stores runs on a running server, a day apart, and waits until it knows their setups. @returns their ids */
export function storing({ home, url }: { home: () => string; url: () => string }) {
  let day = 0
  const call = async (method: string, path: string, body?: unknown) => {
    const token = readFileSync(join(home(), 'auth-token'), 'utf8').trim()
    const response = await fetch(`${url()}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = await response.json()
    expect(response.status, JSON.stringify(answer)).toBeLessThan(300)
    return answer
  }
  /** A document of each value; `given` as `measured` takes it. */
  const store = async (values: number[], given: Parameters<typeof measured>[1] = {}): Promise<string[]> => {
    const ids: string[] = []
    for (const tps of values) {
      const timestamp = new Date(START + day++ * DAY).toISOString()
      const { id } = await call('POST', '/results/import', { ...measured(tps, given), timestamp })
      ids.push(id)
    }
    await eventually(async () => {
      const judged = await call('POST', '/results/judge', { base: { last: 1 }, candidate: { ids } })
      return !JSON.stringify(judged.left_out).includes('not_indexed')
    })
    return ids
  }
  const setupOf = async (label: string): Promise<string> =>
    (await call('GET', `/setups?q=${encodeURIComponent(label)}`)).items[0].id
  return { call, store, setupOf }
}

/** About 1 % of noise around 1000. */
export const NOISE = [1000, 1008, 995, 1003, 991, 1005]
export const times = (factor: number) => NOISE.map((value) => value * factor)
