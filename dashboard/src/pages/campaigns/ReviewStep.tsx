import { useNavigate } from '@tanstack/react-router'
import { kitt, read } from '../../api/kitt.ts'
import { plural } from '../../lib/format.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import common from '../../ui/common.module.css'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { needsSignIn, problemText } from '../../ui/problem.ts'
import { useAct } from '../../ui/useAct.ts'
import css from './campaigns.module.css'
import { MatrixPreview } from './MatrixPreview.tsx'
import type { StepProps } from './steps.ts'
import { bodyOf, missingOf } from './useCampaignForm.ts'

/** The matrix that will run, and the two ways on. */
export function ReviewStep({ form }: StepProps) {
  const navigate = useNavigate()
  const api = () => kitt().api.v1.campaigns
  const create = useAct({
    run: async (launch: boolean) => {
      const { id } = await read(api().$post({ json: bodyOf(form) }))
      // Made already: what speaks against launching it is shown on its own page.
      if (launch) await read(api()[':id'].launch.$post({ param: { id } })).catch(() => {})
      return id
    },
    refresh: [['campaigns']],
    after: (id) => void navigate({ to: '/campaigns/$id', params: { id } }),
    quiet: true,
  })
  const missing = missingOf(form)
  const runs = form.models.length * form.engines.length * form.benchmarks.length
  return (
    <>
      {missing.length > 0 ? (
        <p className={common.problem}>It still needs {missing.join(', ')}.</p>
      ) : (
        <p>
          <b>{form.name}</b> will make {plural(runs, 'run')}.
          {form.agents.length === 0 && ' It names no agent yet: it can be kept as a draft, not launched.'}
        </p>
      )}
      <MatrixPreview form={form} />
      {create.error && !needsSignIn(create.error) && (
        <p className={common.problem} role="alert">
          {problemText(create.error)}
        </p>
      )}
      <div className={css.end}>
        <LinkButton variant="default" to="/campaigns/new" search={{ step: 'settings' }}>
          Back
        </LinkButton>
        <div>
          <ActionButton
            needs="make a campaign"
            variant="default"
            disabled={missing.length > 0}
            loading={create.isPending}
            onClick={() => create.mutate(false)}
          >
            Keep as a draft
          </ActionButton>
          <ActionButton
            needs="launch a campaign"
            disabled={missing.length > 0 || form.agents.length === 0}
            loading={create.isPending}
            onClick={() => create.mutate(true)}
          >
            Make and launch
          </ActionButton>
        </div>
      </div>
    </>
  )
}
