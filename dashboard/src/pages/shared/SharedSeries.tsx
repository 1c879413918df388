import { Switch } from '@mantine/core'
import { useState } from 'react'
import type { Shared } from '../../api/shares.ts'
import SeriesChart from '../../charts/series/SeriesChart.tsx'
import { metricName } from '../../lib/metric-names.ts'
import common from '../../ui/common.module.css'
import { Empty } from '../../ui/Empty.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { ChangesList } from '../setups/ChangesList.tsx'

type Props = Pick<Extract<Shared, { kind: 'series' }>, 'setup' | 'series'>

/** One metric of a setup over time. */
export default function SharedSeries({ setup, series }: Props) {
  const [log, setLog] = useState(false)
  const { model, engine, hardware, benchmark, load, environments } = setup
  return (
    <div className={common.stack}>
      <p>{[model, `${benchmark} on ${engine}`, hardware, load].filter((text) => text !== '').join(', ')}</p>
      <Panel
        title={`${metricName(series.metric)} over time`}
        aside={
          <Switch
            size="xs"
            label="Logarithmic"
            checked={log}
            onChange={(event) => setLog(event.currentTarget.checked)}
          />
        }
      >
        {series.points.length === 0 ? (
          <Empty title="There is no run." />
        ) : (
          <>
            <SeriesChart series={series} environments={environments} alerts={[]} log={log} fixed />
            <ChangesList series={series} />
          </>
        )}
      </Panel>
    </div>
  )
}
