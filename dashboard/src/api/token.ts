import { useSyncExternalStore } from 'react'

const KEY = 'kitt.token'
const listeners = new Set<() => void>()

/** The token saved in this browser, if any. */
export const getToken = (): string | undefined => localStorage.getItem(KEY) ?? undefined

/** Signs in with a token, or out with undefined. */
export function setToken(token: string | undefined): void {
  if (token) localStorage.setItem(KEY, token)
  else localStorage.removeItem(KEY)
  for (const listener of listeners) listener()
}

/** Calls `listener` after a sign-in or sign-out, also in another tab. */
export function onToken(listener: () => void): () => void {
  const fromOtherTab = (event: StorageEvent) => event.key === KEY && listener()
  listeners.add(listener)
  window.addEventListener('storage', fromOtherTab)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', fromOtherTab)
  }
}

export const useToken = (): string | undefined => useSyncExternalStore(onToken, getToken)

/** Signs in with the token of a link (`/#token=…`) and removes it from the address bar and the history. */
export function takeTokenFromLink(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')?.trim()
  if (!token) return
  setToken(token)
  history.replaceState(history.state, '', location.pathname + location.search)
}
