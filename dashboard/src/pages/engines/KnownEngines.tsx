import { useQuery } from '@tanstack/react-query'
import { type EngineSpec, registryQuery } from '../../api/engines.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import css from './engines.module.css'

const COLUMNS: Column<[name: string, EngineSpec]>[] = [
  { key: 'name', header: 'Engine', cell: ([name]) => <span className={css.engine}>{name}</span> },
  { key: 'formats', header: 'Formats', cell: ([, { formats }]) => formats.join(', ') },
  { key: 'modes', header: 'Modes', cell: ([, { modes }]) => modes.join(', ') },
  { key: 'image', header: 'Image', cell: ([, { image }]) => (image ? <code>{image}</code> : '–') },
  { key: 'archs', header: 'Architectures', cell: ([, spec]) => spec.image_archs.join(', ') || '–' },
  { key: 'port', header: 'Port', numeric: true, cell: ([, { port }]) => port ?? '–' },
]

/** The registry of engines. */
export function KnownEngines() {
  const registry = useQuery(registryQuery())
  return (
    <Panel title="Known engines" flush>
      <Loaded query={registry} lines={8}>
        {(engines) => (
          <DataTable
            label="Known engines"
            rows={Object.entries(engines)}
            rowKey={([name]) => name}
            columns={COLUMNS}
          />
        )}
      </Loaded>
    </Panel>
  )
}
