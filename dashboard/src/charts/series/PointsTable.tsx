import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { fieldName } from '../../lib/changes.ts'
import { metricText, plural } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import type { Columns, Lane, SeriesPoint } from '../../lib/series.ts'
import { metricInfo } from '../../lib/units.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { reasonsText, textAt } from './PointTip.tsx'
import type { Range } from './SeriesPlot.tsx'
import css from './series.module.css'

type Props = { columns: Columns; metric: string; lanes: readonly Lane[]; range: Range }

const SHOWN = 100

/** The newest runs in sight, rendered once the table is opened. */
export function PointsTable(props: Props) {
  const [open, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const details = place.current?.closest('details')
    const toggle = () => setOpen(details?.open ?? false)
    details?.addEventListener('toggle', toggle)
    return () => details?.removeEventListener('toggle', toggle)
  }, [])
  return <div ref={place}>{open && <Rows {...props} />}</div>
}

function Rows({ columns, metric, lanes, range }: Props) {
  const { unit } = metricInfo(metric)
  const inSight = columns.points.filter((_, i) => {
    const at = columns.x[i] ?? 0
    return at >= range[0] && at <= range[1]
  })
  const shown = inSight.slice(-SHOWN).reverse()
  const all: Column<SeriesPoint>[] = [
    {
      key: 'value',
      header: metricName(metric),
      cell: ({ result_id, value }) => (
        <Link to="/results/$id" params={{ id: result_id }}>
          {metricText(value, unit)}
        </Link>
      ),
    },
    { key: 'at', header: 'When', cell: ({ at }) => <Time at={at} full /> },
    { key: 'segment', header: 'Segment', numeric: true, cell: ({ segment }) => segment + 1 },
    ...lanes.map(({ field, spans }) => ({
      key: field,
      header: fieldName(field),
      cell: ({ at }: SeriesPoint) => textAt(spans, Date.parse(at) / 1000),
    })),
    {
      key: 'valid',
      header: 'Counts',
      cell: (point) => (point.valid ? 'yes' : `left out: ${reasonsText(point)}`),
    },
  ]
  return (
    <>
      {inSight.length > shown.length && (
        <p className={css.note}>
          The newest {plural(shown.length, 'run')} of {plural(inSight.length, 'run')} in sight; zoom to see
          others.
        </p>
      )}
      <DataTable
        label="Runs of the series"
        rows={shown}
        rowKey={({ result_id, at }) => `${result_id} ${at}`}
        columns={all}
      />
    </>
  )
}
