import type { Typed } from './missing.ts'

const KEY = 'kitt.import'
const MOST = 20

/** What was typed at earlier imports, by field, the latest first. */
export type Remembered = Partial<Record<keyof Typed, string[]>>

/** The values of earlier imports in this browser, to choose from; none where storage is closed. */
export function remembered(): Remembered {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof saved === 'object' && saved !== null ? (saved as Remembered) : {}
  } catch {
    return {}
  }
}

/** Keeps what was typed for the next import. */
export function remember(typed: Typed): void {
  const before = remembered()
  const next = { ...before }
  for (const [name, value] of Object.entries(typed) as [keyof Typed, string][]) {
    if (name === 'timestamp' || value.trim() === '') continue
    const others = Array.isArray(before[name]) ? before[name] : []
    next[name] = [value.trim(), ...others.filter((one) => one !== value.trim())].slice(0, MOST)
  }
  try {
    localStorage.setItem(KEY, JSON.stringify(next))
  } catch {
    // It is a convenience only.
  }
}
