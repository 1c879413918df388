import { type ComponentType, type ReactNode, use, useCallback, useEffect, useState } from 'react'
import { Page } from './Page.tsx'
import { Waiting } from './Waiting.tsx'

/** Between tries to load a part of the app, ms. */
const RETRY_MS = 2000

type Lazy<P> = ((props: P) => ReactNode) & { preload(): Promise<void> | undefined }

/**
 * A component whose code is loaded when it is first needed. While the server is away a sentence stands in its place, and
 * it is tried again: React's own `lazy` keeps the failure, and the router's leaves the app for an error of the browser.
 */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): Lazy<P> {
  return lazy(load, Waiting)
}

/** The same for a page of the router. */
export function lazyPage<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): Lazy<object> {
  return lazy(
    () => load().then((module) => module[name]),
    () => (
      <Page title="This page is not here yet">
        <Waiting />
      </Page>
    ),
  )
}

function lazy<P extends object>(load: () => Promise<ComponentType<P>>, Away: ComponentType): Lazy<P> {
  let Found: ComponentType<P> | undefined
  let failed = false
  let pending: Promise<void> | undefined
  const preload = () => {
    if (Found) return undefined
    const settle = (found: ComponentType<P> | undefined) => {
      Found = found
      failed = found === undefined
      pending = undefined
    }
    pending ??= load().then(settle, () => settle(undefined))
    return pending
  }
  const Part = (props: P) => {
    const [, again] = useState(0)
    const retry = useCallback(async () => {
      await preload()
      if (Found) again((n) => n + 1)
      else if (await isReachable()) reloadOnce()
    }, [])
    if (Found) return <Found {...props} />
    if (failed)
      return (
        <Retrying retry={retry}>
          <Away />
        </Retrying>
      )
    use(preload() as Promise<void>)
    return null
  }
  return Object.assign(Part, { preload })
}

function Retrying({ retry, children }: { retry(): Promise<void>; children: ReactNode }) {
  useEffect(() => {
    const timer = setInterval(() => void retry(), RETRY_MS)
    return () => clearInterval(timer)
  }, [retry])
  return children
}

const RELOADED = 'kitt.reloaded'

/** Not again and again: a part that cannot be loaded at all would have the page reload for ever. */
function reloadOnce() {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0)
  if (Date.now() - last < 60_000) return
  sessionStorage.setItem(RELOADED, String(Date.now()))
  location.reload()
}

/** Whether the server answers: then the code is gone, as a newer version is there, and the page is loaded anew. */
const isReachable = () =>
  fetch('/api/v1/version').then(
    ({ ok }) => ok,
    () => false,
  )
