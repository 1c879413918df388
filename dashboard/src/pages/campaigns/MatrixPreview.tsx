import { useQuery } from '@tanstack/react-query'
import type { CSSProperties } from 'react'
import { engineAccepts } from '../../../../app/engines/compatibility.ts'
import { agentsQuery } from '../../api/agents.ts'
import { type EngineName, profilesQuery } from '../../api/engines.ts'
import { localModelsQuery } from '../../api/models.ts'
import common from '../../ui/common.module.css'
import { StateBadge, toneOf } from '../../ui/StateBadge.tsx'
import wide from '../../ui/wide-table.module.css'
import css from './campaigns.module.css'
import { type Profile, profileOf, refusalOf } from './engine-profiles.ts'
import type { CampaignForm } from './useCampaignForm.ts'

type Props = { form: CampaignForm; reasonFor: ReturnType<typeof useReason> }

/** Why an engine cannot run a model here; undefined where it can. */
export function useReason(form: CampaignForm): (model: string, engine: EngineName) => string | undefined {
  const models = useQuery(localModelsQuery()).data?.items ?? []
  const profiles = useQuery(profilesQuery()).data?.items ?? []
  const agents = useQuery(agentsQuery()).data?.items.filter(({ id }) => form.agents.includes(id)) ?? []
  return (model, engine) => {
    const { reason, nowhere } = refusalOf(engine, profileOf(engine, form.profiles, profiles)?.mode, agents)
    if (nowhere) return reason
    const formats = models.find(({ path }) => path === model)?.formats ?? []
    const loads = engineAccepts(engine, formats, model)
    return loads.ok ? undefined : loads.reason
  }
}

/** The cells that will run, and those that will be skipped, with reasons. */
export function MatrixPreview({ form, reasonFor }: Props) {
  const profiles = useQuery(profilesQuery()).data?.items ?? []
  const { engines, benchmarks } = form
  if (form.models.length === 0 || engines.length === 0) return null
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark
    <div className={wide.scroll} role="group" aria-label="Matrix" tabIndex={0}>
      <table
        className={`${wide.table} ${css.matrix} ${css.preview}`}
        style={{ '--columns': engines.length } as CSSProperties}
      >
        <thead>
          <tr>
            <th scope="col">Model</th>
            {engines.map((engine) => (
              <th key={engine} scope="col">
                {engine}
                <ProfileName profile={profileOf(engine, form.profiles, profiles)} />
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

function ProfileName({ profile }: { profile: Profile | undefined }) {
  return profile && <div className={common.sub}>profile {profile.name}</div>
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
