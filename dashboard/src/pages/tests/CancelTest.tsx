import { kitt, read } from '../../api/kitt.ts'
import { isOpen, type QuickTest } from '../../api/tests.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { RunAgain } from '../../ui/RunAgain.tsx'
import { useAction } from '../../ui/useAction.ts'

/** Cancels an open test, or repeats an ended one. */
export function CancelTest({ test }: { test: QuickTest }) {
  const cancel = useAction({
    run: () => read(kitt().api.v1.quicktest[':id'].cancel.$post({ param: { id: test.id } })),
    done: 'The test is cancelled.',
    refresh: [['tests']],
  })
  if (!isOpen(test.status)) return <RunAgain test={test} />
  return (
    <ActionButton needs="cancel a test" variant="outline" color="red" action={cancel}>
      Cancel test
    </ActionButton>
  )
}
