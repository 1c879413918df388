import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { ApiError } from '../../../../app/client/client.ts'
import { kitt, read } from '../../api/kitt.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import common from '../../ui/common.module.css'
import { ProblemLine } from '../../ui/ProblemLine.tsx'
import { needsSignIn } from '../../ui/problem.ts'
import { useAction } from '../../ui/useAction.ts'
import type { TestForm } from './useTestForm.ts'

/** Launches the test of the form, or shows why it was refused. */
export function LaunchTest({ form }: { form: TestForm }) {
  const navigate = useNavigate()
  const { body } = form
  const launch = useAction({
    run: (force: boolean) => {
      if (!body) throw new Error('Choose an agent, a model and an engine first.')
      return read(kitt().api.v1.quicktest.$post({ json: { ...body, force } }))
    },
    refresh: [['tests', 'list']],
    after: ({ id }) => void navigate({ to: '/quicktests/$id', params: { id } }),
    quiet: true,
  })
  const { error } = launch
  const refused = error instanceof ApiError && error.status === 400
  return (
    <div className={common.end}>
      {!needsSignIn(error) && <ProblemLine error={error} />}
      {refused && (
        <Button variant="default" loading={launch.isPending} onClick={() => launch.mutate(true)}>
          Launch anyway
        </Button>
      )}
      <ActionButton
        needs="launch a test"
        disabled={!body}
        loading={launch.isPending}
        onClick={() => launch.mutate(false)}
      >
        Launch
      </ActionButton>
    </div>
  )
}
