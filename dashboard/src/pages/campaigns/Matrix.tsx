import { optionWords } from '../../../../lib/load-words.ts'
import type { CampaignDetail, CampaignRun } from '../../api/campaigns.ts'
import common from '../../ui/common.module.css'
import { Empty } from '../../ui/Empty.tsx'
import wide from '../../ui/wide-table.module.css'
import css from './campaigns.module.css'
import { MatrixCell } from './MatrixCell.tsx'

/** The runs of a campaign: models as rows, engines and benchmarks as columns. */
export function Matrix({ campaign }: { campaign: CampaignDetail }) {
  const { runs } = campaign
  if (runs.length === 0) return <Empty title="The matrix is empty: the campaign has no model or no engine." />
  const rows = [...new Set(runs.map(({ model }) => model))]
  const columns = [...new Map(runs.map((run) => [columnOf(run), run])).entries()]
  const cells = new Map(runs.map((run) => [`${run.model}\n${columnOf(run)}`, run]))
  const several = new Set(runs.map(({ benchmark }) => benchmark)).size > 1
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark
    <div className={wide.scroll} role="group" aria-label="Matrix" tabIndex={0}>
      <table className={`${wide.table} ${css.matrix}`}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {columns.map(([key, run]) => (
              <th key={key} scope="col">
                {run.engine}
                {several && <div className={common.sub}>{run.benchmark}</div>}
                {run.options && <div className={common.sub}>{optionWords(run.options)}</div>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((model) => (
            <tr key={model}>
              <th scope="row">{model}</th>
              {columns.map(([key]) => {
                const run = cells.get(`${model}\n${key}`)
                return <td key={key}>{run && <MatrixCell run={run} />}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const columnOf = ({ engine, mode, profile_id, benchmark, options }: CampaignRun) =>
  [engine, mode, profile_id ?? '', benchmark, options ? JSON.stringify(options) : ''].join('\n')
