import { useNavigate } from '@tanstack/react-router'
import { kitt, read } from '../../api/kitt.ts'
import { formatNumber, plural } from '../../lib/format.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import common from '../../ui/common.module.css'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { ProblemLine } from '../../ui/ProblemLine.tsx'
import { needsSignIn } from '../../ui/problem.ts'
import { useAction } from '../../ui/useAction.ts'
import css from './campaigns.module.css'
import { MatrixPreview, useReason } from './MatrixPreview.tsx'
import type { StepProps } from './steps.ts'
import { bodyOf, missingOf } from './useCampaignForm.ts'

/** A preview of the matrix, with buttons to save or launch the campaign. */
export function ReviewStep({ form }: StepProps) {
  const navigate = useNavigate()
  const api = () => kitt().api.v1.campaigns
  const create = useAction({
    run: async (launch: boolean) => {
      const { id } = await read(api().$post({ json: bodyOf(form) }))
      // The campaign exists by now; its page shows why it could not be launched.
      if (launch) await read(api()[':id'].launch.$post({ param: { id } })).catch(() => {})
      return id
    },
    refresh: [['campaigns']],
    after: (id) => void navigate({ to: '/campaigns/$id', params: { id } }),
    quiet: true,
  })
  const missing = missingOf(form)
  const reasonFor = useReason(form)
  const cells = form.models.flatMap((model) => form.engines.map((engine) => reasonFor(model, engine)))
  const runs = cells.length * form.benchmarks.length
  const skipped = cells.filter((reason) => reason !== undefined).length * form.benchmarks.length
  return (
    <>
      {missing.length > 0 ? (
        <p className={common.problem}>Still missing: {missing.join(', ')}.</p>
      ) : (
        <p>
          <b>{form.name}</b> has {plural(runs, 'run')}
          {skipped > 0 && `, ${formatNumber(skipped)} of which will be skipped`}.
          {form.agents.length === 0 && ' Without an agent it can only be saved as a draft.'}
        </p>
      )}
      <MatrixPreview form={form} reasonFor={reasonFor} />
      {!needsSignIn(create.error) && <ProblemLine error={create.error} />}
      <div className={css.end}>
        <LinkButton variant="default" to="/campaigns/new" search={{ step: 'settings' }}>
          Back
        </LinkButton>
        <div>
          <ActionButton
            needs="create a campaign"
            variant="default"
            disabled={missing.length > 0}
            loading={create.isPending}
            onClick={() => create.mutate(false)}
          >
            Save as draft
          </ActionButton>
          <ActionButton
            needs="launch a campaign"
            disabled={missing.length > 0 || form.agents.length === 0}
            loading={create.isPending}
            onClick={() => create.mutate(true)}
          >
            Create and launch
          </ActionButton>
        </div>
      </div>
    </>
  )
}
