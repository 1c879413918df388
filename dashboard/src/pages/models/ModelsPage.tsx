import { Page } from '../../ui/Page.tsx'
import { DownloadsPanel } from './DownloadsPanel.tsx'
import { LocalModels } from './LocalModels.tsx'
import { SearchModels } from './SearchModels.tsx'

/** The models on disk, and the search for others. */
export function ModelsPage() {
  return (
    <Page title="Models">
      <DownloadsPanel />
      <LocalModels />
      <SearchModels />
    </Page>
  )
}
