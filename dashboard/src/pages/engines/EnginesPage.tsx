import { Page } from '../../ui/Page.tsx'
import { EngineMatrix } from './EngineMatrix.tsx'
import { KnownEngines } from './KnownEngines.tsx'
import { Profiles } from './Profiles.tsx'

/** Which engine is where, how each is run, and what KITT knows of them. */
export function EnginesPage() {
  return (
    <Page title="Engines">
      <EngineMatrix />
      <Profiles />
      <KnownEngines />
    </Page>
  )
}
