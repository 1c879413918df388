import { useAgentName } from '../../api/useAgentName.ts'
import type { ResultView } from '../../lib/result.ts'
import { Panel } from '../../ui/Panel.tsx'
import wide from '../../ui/wide-table.module.css'
import { type Actions, ColumnHead } from './ColumnHead.tsx'
import css from './compare.module.css'
import { factsOf, isSame } from './facts.ts'

type Props = { results: ResultView[]; apart: Map<string, string>; actions: Actions }

/** The facts in which the runs differ, and one line with those they share. */
export function Differences({ results, apart, actions }: Props) {
  const agentName = useAgentName()
  const facts = factsOf(results, agentName)
  const differing = facts.filter((fact) => !isSame(fact))
  const shared = facts.filter((fact) => isSame(fact) && fact.values[0] !== '–')
  return (
    <Panel title="What differs" flush>
      {/* biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark */}
      <div className={wide.scroll} role="group" aria-label="What differs" tabIndex={0}>
        <table className={`${wide.table} ${css.table} ${css.text}`}>
          <thead>
            <tr>
              <th scope="col">Run</th>
              {results.map((result, i) => (
                <ColumnHead
                  key={result.id}
                  result={result}
                  apart={apart.get(result.id)}
                  first={i === 0}
                  actions={actions}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {differing.map(({ name, values }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {values.map((value, i) => (
                  <td key={results[i]?.id}>{value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shared.length > 0 && (
        <p className={css.same}>
          Same in all: {shared.map(({ name, values }) => `${name} ${values[0]}`).join(' · ')}
        </p>
      )}
    </Panel>
  )
}
