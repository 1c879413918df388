import { useEffect, useState, useSyncExternalStore } from 'react'
import { closeLog, LogBuffer, openLog } from '../live/log-store.ts'

type ReadPage = Parameters<typeof openLog>[1]
const EMPTY = new LogBuffer()

/** The log of a source for as long as it is shown: stored lines first, then those that come. */
export function useLog(source: string, readPage: ReadPage) {
  const [opened, setOpened] = useState<{ buffer: LogBuffer; ready: boolean; error: unknown }>()
  useEffect(() => {
    const { buffer, ready } = openLog(source, readPage)
    setOpened({ buffer, ready: false, error: undefined })
    const settle = (error: unknown) =>
      setOpened((now) => (now?.buffer === buffer ? { buffer, ready: true, error } : now))
    ready.then(() => settle(undefined), settle)
    return () => closeLog(source, buffer)
  }, [source, readPage])
  const buffer = opened?.buffer ?? EMPTY
  useSyncExternalStore(buffer.subscribe, () => buffer.version)
  return { lines: buffer.lines, version: buffer.version, ready: opened?.ready ?? false, error: opened?.error }
}
