import type { CampaignDetail } from '../../api/campaigns.ts'
import { useProfileName } from '../../api/useProfileName.ts'
import { toldApart } from '../../lib/apart.ts'
import common from '../../ui/common.module.css'
import { Empty } from '../../ui/Empty.tsx'
import wide from '../../ui/wide-table.module.css'
import css from './campaigns.module.css'
import { MatrixCell } from './MatrixCell.tsx'
import { columnsOf, optionWords } from './matrix-columns.ts'

/** The runs of a campaign: models as rows, engines and benchmarks as columns. */
export function Matrix({ campaign }: { campaign: CampaignDetail }) {
  const { runs } = campaign
  const profileName = useProfileName(runs.some(({ profile_id }) => profile_id !== null))
  if (runs.length === 0) return <Empty title="The matrix is empty: the campaign has no model or no engine." />
  const rows = [...new Set(runs.map(({ model }) => model))]
  const columns = columnsOf(runs)
  const modes = toldApart(columns, ({ run }) => `${run.engine}\n${run.benchmark}\n${optionWords(run)}`, [
    ({ run }) => run.mode,
  ])
  const several = new Set(runs.map(({ benchmark }) => benchmark)).size > 1
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark
    <div className={wide.scroll} role="group" aria-label="Matrix" tabIndex={0}>
      <table className={`${wide.table} ${css.matrix}`}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {columns.map(({ key, run, repeat }, i) => {
              const words = [
                several && run.benchmark,
                modes[i],
                profileName(run.profile_id),
                optionWords(run),
                repeat > 1 && `once more (${repeat})`,
              ]
              return (
                <th key={key} scope="col">
                  {run.engine}
                  {words.map(
                    (word) =>
                      word && (
                        <div key={word} className={common.sub}>
                          {word}
                        </div>
                      ),
                  )}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((model) => (
            <tr key={model}>
              <th scope="row">{model}</th>
              {columns.map(({ key, cells }) => {
                const run = cells.get(model)
                return <td key={key}>{run && <MatrixCell run={run} />}</td>
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
