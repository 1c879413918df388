import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { EnvironmentSeen, Series } from '../../../../app/setups/schema.ts'
import { changedLine, signedText } from '../../lib/changes.ts'
import { plural } from '../../lib/format.ts'
import { columnsOf, domainOf, lanesOf } from '../../lib/series.ts'
import type { Sheet } from '../../lib/sheet.ts'
import { axisName } from '../axes.ts'
import charts from '../charts.module.css'
import { SaveChart } from '../SaveChart.tsx'
import { Brush } from './Brush.tsx'
import { Key } from './Key.tsx'
import { Lanes } from './Lanes.tsx'
import type { AlertMark } from './marks.ts'
import { PointsTable } from './PointsTable.tsx'
import { PointTip } from './PointTip.tsx'
import { type Frame, type Pointed, type Range, SeriesPlot } from './SeriesPlot.tsx'
import css from './series.module.css'
import { seriesDrawing } from './series-drawing.ts'

type Props = {
  series: Series
  environments: EnvironmentSeen[]
  alerts: AlertMark[]
  log: boolean
  /** A click on a run opens nothing. */
  fixed?: boolean
}

const START: Frame = { left: 64, width: 0 }

/** A series with its segments, marks and environment. Dragging zooms; a click on a run opens its result. */
export default function SeriesChart({ series, environments, alerts, log, fixed = false }: Props) {
  const navigate = useNavigate()
  const columns = useMemo(() => columnsOf(series.points), [series])
  const lanes = useMemo(() => lanesOf(columns, environments), [columns, environments])
  const domain = useMemo(() => domainOf(columns), [columns])
  const drawn = useMemo(() => {
    const marks = series.marks.map(({ at, delta_pct, differs }) => ({
      at: Date.parse(at) / 1000,
      text: [changedLine(differs, 1), signedText(series.metric, delta_pct)].filter(Boolean).join(', '),
    }))
    return { segments: series.segments, marks, alerts, name: axisName(series.metric), log }
  }, [series, alerts, log])
  const [zoom, setZoom] = useState<Range>()
  const [pointed, setPointed] = useState<Pointed>()
  const [frame, setFrame] = useState(START)
  const range = zoom ?? domain
  const point = pointed && columns.points[pointed.index]
  return (
    <figure className={css.figure}>
      <Key
        left={columns.left.some((value) => value !== null)}
        marks={drawn.marks.length}
        alerts={alerts.length}
      />
      <div className={css.stage}>
        <SeriesPlot
          columns={columns}
          drawn={drawn}
          range={range}
          label={`${drawn.name} over time, ${plural(columns.x.length, 'run')} in ${plural(series.segments.length, 'segment')}`}
          onRange={setZoom}
          onPoint={setPointed}
          onPick={(index) => {
            const id = columns.points[index]?.result_id
            if (id && !fixed) void navigate({ to: '/results/$id', params: { id } })
          }}
          onFrame={setFrame}
        />
        {pointed && point && (
          <PointTip point={point} pointed={pointed} frame={frame} metric={series.metric} lanes={lanes} />
        )}
      </div>
      <Lanes lanes={lanes} range={range} frame={frame} />
      <div className={css.zoom}>
        <Brush columns={columns} domain={domain} range={range} onRange={setZoom} />
        <Button variant="default" disabled={zoom === undefined} onClick={() => setZoom(undefined)}>
          Show all
        </Button>
      </div>
      <details className={charts.details}>
        <summary>As a table</summary>
        <PointsTable columns={columns} metric={series.metric} lanes={lanes} range={range} />
      </details>
      <SaveChart
        title={drawn.name}
        sheet={() => sheetOf(series, environments)}
        drawing={(figure) => seriesDrawing(figure, columns, drawn, range)}
      />
    </figure>
  )
}

/** Every run of the series, with the environment that it was measured in. */
function sheetOf({ metric, points }: Series, environments: EnvironmentSeen[]): Sheet {
  const facts = new Map(environments.map((one) => [one.id, one.facts]))
  const names = [...new Set(environments.flatMap((one) => Object.keys(one.facts)))]
  return {
    columns: ['at', metric, 'segment', 'counts', 'left_out', 'result_id', ...names],
    rows: points.map(({ at, value, segment, valid, reasons, result_id, environment }) => [
      ...[at, value, segment + 1, valid, reasons.join(', '), result_id],
      ...names.map((name) => shown(facts.get(environment)?.[name])),
    ]),
  }
}

const shown = (fact: unknown) => (fact === null || fact === undefined ? null : String(fact))
