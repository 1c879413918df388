import { Checkbox } from '@mantine/core'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { kitt, queryOf, read } from '../api/kitt.ts'
import { formatNumber } from '../lib/format.ts'
import { closeLog, LogBuffer, openLog } from '../live/log-store.ts'
import { CopyLog } from './CopyLog.tsx'
import { Failure } from './Failure.tsx'
import { LogList } from './LogList.tsx'
import { LogSearch } from './LogSearch.tsx'
import css from './LogView.module.css'
import { Panel } from './Panel.tsx'
import { useFound } from './useFound.ts'

type Area = 'campaigns' | 'quicktest'

type Props = {
  of: Area
  id: string
  /** The text shown without lines. */
  empty: string
}

/** The log of a test or campaign. It grows with its lines up to most of the window. */
export function LogView({ of, id, empty }: Props) {
  const { lines, version, ready, error } = useLog(of, id)
  const [wrap, setWrap] = useState(() => window.innerWidth < 720)
  const found = useFound(lines, version)
  const count = formatNumber(lines.length)
  const aside = (
    <>
      <span>{lines.length === 1 ? '1 line' : `${count} lines`}</span>
      {lines.length > 0 && <LogSearch found={found} />}
      <Checkbox
        size="xs"
        label="Wrap"
        classNames={{ root: css.wrap ?? '', label: css.wrapLabel ?? '' }}
        checked={wrap}
        onChange={(event) => setWrap(event.currentTarget.checked)}
      />
      {lines.length > 0 && <CopyLog lines={lines} name={id} />}
    </>
  )
  return (
    <Panel title="Log" aside={aside} flush>
      {error !== undefined && <Failure error={error} />}
      {/* Wrapping changes the measured heights, so the list is mounted again. */}
      <LogList
        key={String(wrap)}
        lines={lines}
        wrap={wrap}
        empty={ready ? empty : 'Loading…'}
        at={found.at}
        query={found.query}
      />
    </Panel>
  )
}

const EMPTY = new LogBuffer()

/** The log while it is shown: stored lines, then new ones. */
function useLog(of: Area, id: string) {
  const [opened, setOpened] = useState<{ buffer: LogBuffer; ready: boolean; error: unknown }>()
  useEffect(() => {
    const logs = kitt().api.v1[of][':id'].logs
    const { buffer, ready } = openLog(id, (after) =>
      read(logs.$get({ param: { id }, query: queryOf({ after, limit: 5000 }) })),
    )
    setOpened({ buffer, ready: false, error: undefined })
    const settle = (error: unknown) =>
      setOpened((now) => (now?.buffer === buffer ? { buffer, ready: true, error } : now))
    ready.then(() => settle(undefined), settle)
    return () => closeLog(id, buffer)
  }, [of, id])
  const buffer = opened?.buffer ?? EMPTY
  useSyncExternalStore(buffer.subscribe, () => buffer.version)
  return { lines: buffer.lines, version: buffer.version, ready: opened?.ready ?? false, error: opened?.error }
}
