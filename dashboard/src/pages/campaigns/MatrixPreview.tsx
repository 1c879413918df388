import { useQuery } from '@tanstack/react-query'
import { engineAccepts } from '../../../../app/engines/compatibility.ts'
import { capabilitiesQuery, type EngineName } from '../../api/engines.ts'
import { localModelsQuery } from '../../api/models.ts'
import { StateBadge, toneOf } from '../../ui/StateBadge.tsx'
import wide from '../../ui/wide-table.module.css'
import css from './campaigns.module.css'
import type { CampaignForm } from './useCampaignForm.ts'

/** The cells that will run, and those that will be skipped, with reasons. */
export function MatrixPreview({ form }: { form: CampaignForm }) {
  const models = useQuery(localModelsQuery()).data?.items ?? []
  const capabilities = useQuery(capabilitiesQuery()).data ?? {}
  const { engines, benchmarks, agents } = form
  if (form.models.length === 0 || engines.length === 0) return null
  const reasonFor = (model: string, engine: EngineName): string | undefined => {
    const able = agents.map((id) => capabilities[id]?.engines[engine])
    const refusal = able.find((one) => one && !one.compatible)
    if (refusal && !refusal.compatible && able.every((one) => one && !one.compatible)) return refusal.reason
    const formats = models.find(({ path }) => path === model)?.formats ?? []
    const loads = engineAccepts(engine, formats, model)
    return loads.ok ? undefined : loads.reason
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark
    <div className={wide.scroll} role="group" aria-label="Matrix" tabIndex={0}>
      <table className={`${wide.table} ${css.matrix} ${css.preview}`}>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {engines.map((engine) => (
              <th key={engine} scope="col">
                {engine}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {form.models.map((model) => (
            <tr key={model}>
              <th scope="row">{model}</th>
              {engines.map((engine) => (
                <td key={engine}>
                  <PreviewCell reason={reasonFor(model, engine)} benchmarks={benchmarks} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PreviewCell({ reason, benchmarks }: { reason: string | undefined; benchmarks: string[] }) {
  const state = reason === undefined ? 'pending' : 'skipped'
  return (
    <div className={css.cell} data-tone={toneOf(state)}>
      <StateBadge state={state} word={reason === undefined ? 'will run' : 'will be skipped'} />
      <span className={css.why}>{reason ?? benchmarks.join(', ')}</span>
    </div>
  )
}
