import { Page } from '../../ui/Page.tsx'
import { EngineMatrix } from './EngineMatrix.tsx'
import { KnownEngines } from './KnownEngines.tsx'
import { Profiles } from './Profiles.tsx'

/** The engines on the agents, the engine profiles and the known engines. */
export function EnginesPage() {
  return (
    <Page title="Engines">
      <EngineMatrix />
      <Profiles />
      <KnownEngines />
    </Page>
  )
}
