import { Checkbox } from '@mantine/core'
import { useMemo } from 'react'
import type { StoredResult } from '../../api/results.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { resultsApart } from '../../lib/apart.ts'
import { plural } from '../../lib/format.ts'
import { type ResultView, readResult } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { columnsOf, DEFAULT_COLUMNS } from './columns.tsx'
import { Headline } from './Headline.tsx'
import { ResultLink } from './ResultLink.tsx'
import css from './results.module.css'
import { Tags } from './Tags.tsx'
import type { Ticked } from './useTicked.ts'

type Props = {
  items: StoredResult[]
  columns: string | undefined
  sort: string | undefined
  onSort(sort: string): void
  ticked: Ticked
}

export function ResultsTable({ items, columns, sort, onSort, ticked }: Props) {
  const agentName = useAgentName()
  const rows = useMemo(() => items.map(readResult), [items])
  const apart = useMemo(() => {
    const labelOf = ({ model, engine, engineVersion, agentId }: ResultView) =>
      [model, engine, engineVersion, agentId].join('\n')
    const texts = resultsApart(rows, labelOf, agentName)
    return new Map(rows.map(({ id }, i) => [id, texts[i] ?? '']))
  }, [rows, agentName])
  const ids = rows.map(({ id }) => id)
  const all = ids.every(ticked.has)
  const fixed: Column<ResultView>[] = [
    {
      key: 'tick',
      header: 'Ticked',
      card: 'tick',
      head: (
        <Checkbox
          size="xs"
          aria-label="Tick all on this page"
          checked={all}
          indeterminate={!all && ids.some(ticked.has)}
          onChange={() => (all ? ticked.remove(ids) : ticked.add(ids))}
        />
      ),
      cell: ({ id, model }) => (
        <Checkbox
          size="xs"
          aria-label={`Tick ${model}`}
          checked={ticked.has(id)}
          onChange={() => ticked.toggle(id)}
        />
      ),
    },
    {
      key: 'model',
      header: 'Model',
      sort: 'model',
      card: 'name',
      cell: (result) => (
        <ModelCell result={result} agent={agentName(result.agentId)} apart={apart.get(result.id) ?? ''} />
      ),
    },
    { key: 'main', header: 'Main', card: 'beside', cardOnly: true, cell: (one) => <Headline result={one} /> },
    { key: 'when', header: 'When', card: 'below', cardOnly: true, cell: ({ at }) => <Time at={at} /> },
  ]
  return (
    <DataTable
      label="Results"
      rows={rows}
      rowKey={({ id }) => id}
      columns={[...fixed, ...columnsOf(columns?.split(',') ?? DEFAULT_COLUMNS, { agentName })]}
      sorting={{ value: sort ?? '-timestamp', onChange: onSort }}
    />
  )
}

type ModelProps = { result: ResultView; agent: string; apart: string }

/** The model with its tags, and what tells it from others of its kind in the list; on a card also the rest. */
function ModelCell({ result, agent, apart }: ModelProps) {
  const { engine, engineVersion, benchmarks, suite, passed, warnings, tags } = result
  const outcome =
    passed === false ? 'failed' : warnings.length > 0 ? plural(warnings.length, 'warning') : undefined
  const about = [engine, engineVersion, agent, apart || (benchmarks[0] ?? suite), outcome, ...tags]
  return (
    <div>
      <div className={css.nameLine}>
        <ResultLink result={result} />
        <span className={common.notOnCard}>
          <Tags tags={tags} />
        </span>
      </div>
      {apart && <div className={`${common.sub} ${common.notOnCard}`}>{apart}</div>}
      <div className={common.onCard}>{about.filter((part) => part && part !== '–').join(' · ')}</div>
    </div>
  )
}
