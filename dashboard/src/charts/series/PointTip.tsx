import { fieldName } from '../../lib/changes.ts'
import { metricText } from '../../lib/format.ts'
import type { Lane, SeriesPoint } from '../../lib/series.ts'
import { localTime } from '../../lib/time.ts'
import { metricInfo } from '../../lib/units.ts'
import { Tip } from '../Tip.tsx'
import type { Frame, Pointed } from './SeriesPlot.tsx'
import css from './series.module.css'

type Props = { point: SeriesPoint; pointed: Pointed; frame: Frame; metric: string; lanes: readonly Lane[] }

/** What the run under the pointer is. */
export function PointTip({ point, pointed, frame, metric, lanes }: Props) {
  const at = Date.parse(point.at)
  const share = pointed.left / frame.width
  const side = share > 0.75 ? 'left' : share < 0.25 || pointed.top < 90 ? 'right' : 'above'
  return (
    <div
      className={css.tip}
      data-side={side}
      style={{ left: frame.left + pointed.left, top: pointed.top + TOP }}
    >
      <Tip
        title={metricText(point.value, metricInfo(metric).unit)}
        lines={[
          localTime(at),
          ...lanes.map(({ field, spans }) => `${fieldName(field)} ${textAt(spans, at / 1000)}`),
          ...(point.valid ? [] : [`left out: ${reasonsText(point)}`]),
        ]}
      />
    </div>
  )
}

/** The room above the axes, as in the options of the plot. */
const TOP = 12

/** The value of a lane at a time. */
export const textAt = (spans: Lane['spans'], at: number): string =>
  spans.findLast(({ from }) => from <= at)?.text ?? ''

export const reasonsText = ({ reasons }: Pick<SeriesPoint, 'reasons'>): string =>
  reasons.map((reason) => reason.replaceAll('_', ' ')).join(', ') || 'no reason known'
