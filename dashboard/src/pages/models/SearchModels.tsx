import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ApiError } from '../../../../app/client/client.ts'
import { useAccess } from '../../api/access.ts'
import { modelSearchQuery } from '../../api/models.ts'
import { settingsQuery } from '../../api/settings.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useTyped } from '../../ui/useTyped.ts'
import { FoundModels } from './FoundModels.tsx'
import css from './models.module.css'

const route = getRouteApi('/models')

/** Searches and downloads models with Devon. */
export function SearchModels() {
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const typed = useTyped(q, (text) => void navigate({ search: { q: text || undefined }, replace: true }))
  const access = useAccess()
  const full = access === 'full'
  const settings = useQuery({ ...settingsQuery(), enabled: full }).data
  const unset = settings !== undefined && settings.devon_url.value === null
  const ready = access !== undefined && (!full || (settings !== undefined && !unset))
  const found = useQuery({ ...modelSearchQuery(q), enabled: q !== '' && ready })
  const noDevon = unset || (found.error instanceof ApiError && found.error.status === 503)
  return (
    <Panel title="Download a model" flush>
      <div className={css.search}>
        <TextInput
          label="Search Devon"
          placeholder="qwen 7b"
          leftSection={<IconSearch size={15} aria-hidden />}
          value={typed.text}
          onChange={(event) => typed.type(event.currentTarget.value)}
        />
      </div>
      {q !== '' &&
        (noDevon ? (
          <Empty title="Devon is not configured.">
            Set its URL in the <Link to="/settings">settings</Link>.
          </Empty>
        ) : (
          <Loaded query={found} lines={5} height={24}>
            {({ items }) =>
              items.length > 0 ? (
                <FoundModels models={items} />
              ) : (
                <Empty title="Devon found no matching models." />
              )
            }
          </Loaded>
        ))}
    </Panel>
  )
}
