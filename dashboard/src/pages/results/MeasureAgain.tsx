import { useNavigate } from '@tanstack/react-router'
import { kitt, read } from '../../api/kitt.ts'
import { plural } from '../../lib/format.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { useAsk } from '../../ui/ask.ts'
import { useAction } from '../../ui/useAction.ts'
import { againText } from './again.ts'
import { AGAIN_MAX } from './useTicked.ts'

/** Measures the ticked results again as a campaign, once it is agreed how many tests run on which agents. */
export function MeasureAgain({ ids, onDone }: { ids: readonly string[]; onDone(): void }) {
  const navigate = useNavigate()
  const ask = useAsk()
  const again = useAction({
    run: async () => {
      const { campaigns } = kitt().api.v1
      const json = { ids: [...ids] }
      const plan = await read(campaigns['from-results'].preview.$post({ json }))
      const agreed = await ask.confirm({
        title: `Measure ${ids.length === 1 ? 'this result' : plural(ids.length, 'result')} again?`,
        text: againText(plan, ids.length),
        confirm: `Launch ${plural(plan.runs, 'test')}`,
      })
      if (!agreed) return undefined
      const { id } = await read(campaigns['from-results'].$post({ json }))
      // The campaign exists by now; its page shows why it could not be launched.
      await read(campaigns[':id'].launch.$post({ param: { id } })).catch(() => {})
      return id
    },
    refresh: [['campaigns'], ['tests']],
    after: (id) => {
      if (id === undefined) return
      onDone()
      void navigate({ to: '/campaigns/$id', params: { id } })
    },
  })
  return (
    <ActionButton
      needs="measure results again"
      variant="default"
      disabled={ids.length > AGAIN_MAX}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      Measure again
    </ActionButton>
  )
}
