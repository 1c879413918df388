import { useSyncExternalStore } from 'react'

const KEY = 'kitt.token'
const listeners = new Set<() => void>()

/** The token of this browser, if somebody signed in. */
export const getToken = (): string | undefined => localStorage.getItem(KEY) ?? undefined

/** Signs in with a token, or out without one. */
export function setToken(token: string | undefined): void {
  if (token) localStorage.setItem(KEY, token)
  else localStorage.removeItem(KEY)
  for (const listener of listeners) listener()
}

/** Calls when somebody signs in or out, in another tab too. */
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

/** Takes the token out of a sign-in link (`/#token=…`) and out of the address bar and its history. */
export function takeTokenFromLink(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')?.trim()
  if (!token) return
  setToken(token)
  history.replaceState(history.state, '', location.pathname + location.search)
}
