import { useQuery } from '@tanstack/react-query'
import { versionQuery } from '../../api/settings.ts'
import { Facts } from '../../ui/Facts.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'

/** The version of the server. */
export function About() {
  const version = useQuery(versionQuery())
  return (
    <Panel title="About">
      <Loaded query={version} lines={3}>
        {(about) => (
          <Facts
            facts={[
              [about.name, 'Benchmarks LLM inference on your own GPU machines.'],
              ['Version', about.version],
              ['API', about.api_version],
              ['Runs on', about.runtime],
              [
                'API reference',
                <a key="docs" href="/docs">
                  /docs
                </a>,
              ],
              ['Licence', 'Apache-2.0'],
            ]}
          />
        )}
      </Loaded>
    </Panel>
  )
}
