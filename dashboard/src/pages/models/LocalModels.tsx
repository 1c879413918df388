import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type LocalModel, localModelsQuery } from '../../api/models.ts'
import { formatGb } from '../../lib/format.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { DeleteModel } from './DeleteModel.tsx'

const NONE = (
  <Empty title="No models yet.">
    Put models into the model directory, or download them with Devon below.
  </Empty>
)

/** The models on disk, or at Devon. */
export function LocalModels() {
  const [page, setPage] = useState(1)
  const models = useQuery(localModelsQuery(page))
  return (
    <Panel title="Models on disk" flush>
      <PagedList query={models} lines={5} height={24} empty={NONE} onPage={setPage}>
        {(items) => <ModelsTable models={items} />}
      </PagedList>
    </Panel>
  )
}

const COLUMNS: Column<LocalModel>[] = [
  {
    key: 'name',
    header: 'Model',
    card: 'name',
    cell: ({ repo_id, path }) => (
      <div>
        <span className={common.name}>{repo_id}</span>
        <div className={common.sub}>{path}</div>
      </div>
    ),
  },
  { key: 'formats', header: 'Formats', cell: ({ formats }) => formats.join(', ') },
  { key: 'source', header: 'Source', cell: ({ source }) => source || '–' },
  { key: 'size', header: 'Size', numeric: true, card: 'beside', cell: ({ size_gb }) => formatGb(size_gb) },
  {
    key: 'actions',
    header: 'Actions',
    card: 'below',
    silent: true,
    numeric: true,
    cell: (model) => (
      <div className={common.buttons}>
        <LinkButton to="/quicktests/new" search={{ model: model.path }} variant="default">
          Test
        </LinkButton>
        <DeleteModel model={model} />
      </div>
    ),
  },
]

const ModelsTable = ({ models }: { models: LocalModel[] }) => (
  <DataTable
    label="Models on disk"
    rows={models}
    rowKey={({ path, repo_id }) => `${repo_id} ${path}`}
    columns={COLUMNS}
  />
)
