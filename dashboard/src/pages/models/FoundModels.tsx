import { kitt, read } from '../../api/kitt.ts'
import type { FoundModel } from '../../api/models.ts'
import { formatGb, formatNumber } from '../../lib/format.ts'
import { noteDownload, useDownloads } from '../../live/downloads.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import common from '../../ui/common.module.css'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { useAction } from '../../ui/useAction.ts'

const COLUMNS: Column<FoundModel>[] = [
  { key: 'name', header: 'Model', cell: ({ repo_id }) => <span className={common.name}>{repo_id}</span> },
  { key: 'formats', header: 'Formats', cell: ({ formats }) => formats.join(', ') },
  { key: 'license', header: 'Licence', cell: ({ license }) => license ?? '–' },
  {
    key: 'downloads',
    header: 'Downloads',
    numeric: true,
    cell: ({ downloads }) => (downloads === null ? '–' : formatNumber(downloads)),
  },
  {
    key: 'size',
    header: 'Size',
    numeric: true,
    cell: ({ size_gb }) => (size_gb === null ? '–' : formatGb(size_gb)),
  },
  {
    key: 'get',
    header: 'Actions',
    silent: true,
    numeric: true,
    cell: ({ repo_id }) => <DownloadModel repoId={repo_id} />,
  },
]

export const FoundModels = ({ models }: { models: FoundModel[] }) => (
  <DataTable
    label="Found models"
    rows={models}
    rowKey={({ source, repo_id }) => `${source} ${repo_id}`}
    columns={COLUMNS}
  />
)

function DownloadModel({ repoId }: { repoId: string }) {
  const running = useDownloads().some(({ repo_id, status }) => repo_id === repoId && status === 'downloading')
  const download = useAction({
    run: () => read(kitt().api.v1.models.download.$post({ json: { repo_id: repoId } })),
    after: ({ repo_id, status, job_id }) => {
      if (job_id) noteDownload({ job_id, repo_id, status, error: null })
    },
    done: ({ status }) =>
      status === 'completed' ? `${repoId} is already on disk.` : `Downloading ${repoId}.`,
    refresh: [['models', 'local']],
  })
  return (
    <ActionButton
      needs="download a model"
      aria-label={`Download ${repoId}`}
      variant="default"
      disabled={running}
      action={download}
    >
      {running ? 'Downloading' : 'Download'}
    </ActionButton>
  )
}
