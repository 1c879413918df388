import { useNavigate } from '@tanstack/react-router'
import { ACTIVE_CAMPAIGN, isOneOf } from '../../../../lib/states.ts'
import type { CampaignDetail } from '../../api/campaigns.ts'
import { kitt, queryOf, read } from '../../api/kitt.ts'
import { plural } from '../../lib/format.ts'
import { nextName } from '../../lib/next-name.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { DeleteButton } from '../../ui/DeleteButton.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { useAction } from '../../ui/useAction.ts'

/** The names that a new one should differ from. */
const newestNames = async () => {
  const { items } = await read(kitt().api.v1.campaigns.$get({ query: queryOf({ per_page: 100 }) }))
  return items.map(({ name }) => name)
}

/** The actions that the state of a campaign allows. */
export function CampaignActions({ campaign }: { campaign: CampaignDetail }) {
  const { id, name, status, failed, skipped, cancelled } = campaign
  const navigate = useNavigate()
  const refresh = [['campaigns'], ['tests']]
  const api = () => kitt().api.v1.campaigns[':id']
  const param = { id }
  const launch = useAction({
    run: () => read(api().launch.$post({ param })),
    done: `${name} is launched.`,
    refresh,
  })
  const retry = useAction({
    run: () => read(api().retry.$post({ param })),
    done: 'The unsuccessful runs are queued again.',
    refresh,
  })
  const cancel = useAction({
    run: () => read(api().cancel.$post({ param })),
    done: `${name} is cancelled.`,
    refresh,
  })
  const copy = useAction({
    run: async (launch: boolean) => {
      const json = launch ? { name: nextName(name, await newestNames()) } : {}
      const made = await read(api().copy.$post({ param, json }))
      if (launch) await read(api().launch.$post({ param: { id: made.id } }))
      return made.id
    },
    done: (_, launch) => (launch ? `${name} runs again.` : 'This is the copy, as a draft.'),
    refresh,
    after: (made) => void navigate({ to: '/campaigns/$id', params: { id: made } }),
  })
  const question = {
    title: `Run ${name} again?`,
    text: `A copy of the campaign with ${plural(campaign.total_runs, 'run')} is made, and starts at once.`,
    confirm: 'Run again',
  }
  const active = isOneOf(ACTIVE_CAMPAIGN, status)
  const ended = status === 'failed' || status === 'cancelled'
  const somethingLeft = failed + skipped + cancelled > 0
  return (
    <>
      {(status === 'draft' || ended) && (
        <ActionButton needs="launch a campaign" action={launch}>
          {status === 'draft' ? 'Launch' : 'Launch all again'}
        </ActionButton>
      )}
      {!active && status !== 'draft' && somethingLeft && (
        <ActionButton needs="retry a campaign" variant="default" action={retry}>
          Retry failed runs
        </ActionButton>
      )}
      {status === 'completed' && (
        <ActionButton
          needs="launch a campaign"
          variant="default"
          loading={copy.isPending && copy.variables === true}
          question={question}
          onClick={() => copy.mutate(true)}
        >
          Run again
        </ActionButton>
      )}
      {campaign.schedule === null && (
        <LinkButton to="/schedules/new" search={{ campaign: id }} variant="default">
          Run this every night
        </LinkButton>
      )}
      <ActionButton
        needs="copy a campaign"
        variant="default"
        loading={copy.isPending && copy.variables === false}
        onClick={() => copy.mutate(false)}
      >
        Copy
      </ActionButton>
      {active && (
        <ActionButton needs="cancel a campaign" variant="outline" color="red" action={cancel}>
          Cancel campaign
        </ActionButton>
      )}
      <DeleteButton
        needs="delete a campaign"
        title={`Delete ${name}?`}
        text="Its tests and results are kept. A running campaign is cancelled first."
        run={() => read(api().$delete({ param }))}
        done={`${name} is deleted.`}
        refresh={[['campaigns', 'list']]}
        after={() => void navigate({ to: '/campaigns' })}
      />
    </>
  )
}
