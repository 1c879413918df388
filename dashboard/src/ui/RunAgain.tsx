import { useNavigate } from '@tanstack/react-router'
import { kitt, read } from '../api/kitt.ts'
import type { QuickTest } from '../api/tests.ts'
import { benchmarkOf } from '../lib/benchmark.ts'
import { ActionButton } from './ActionButton.tsx'
import { LinkButton } from './LinkButton.tsx'
import { useAction } from './useAction.ts'

type Asked = Pick<
  QuickTest,
  | 'id'
  | 'agent_id'
  | 'model_path'
  | 'engine_name'
  | 'engine_mode'
  | 'suite_name'
  | 'benchmark_name'
  | 'profile_id'
  | 'options'
>

/** Launches a test as it was, or opens the form with all that it was asked for. */
export function RunAgain({ test }: { test: Asked }) {
  const navigate = useNavigate()
  const again = useAction({
    run: () => read(kitt().api.v1.quicktest[':id'].rerun.$post({ param: { id: test.id }, json: {} })),
    done: 'The test is queued again.',
    refresh: [['tests', 'list']],
    after: ({ id }) => void navigate({ to: '/quicktests/$id', params: { id } }),
  })
  return (
    <>
      <ActionButton needs="launch a test" variant="default" action={again}>
        Run again
      </ActionButton>
      <LinkButton to="/quicktests/new" search={searchOf(test)} variant="default">
        Run with changes
      </LinkButton>
    </>
  )
}

const searchOf = (test: Asked) => ({
  agent_id: test.agent_id,
  model: test.model_path,
  engine: test.engine_name,
  mode: test.engine_mode,
  suite: test.suite_name,
  benchmark: benchmarkOf(test),
  profile: test.profile_id ?? undefined,
  options: test.options === null ? undefined : JSON.stringify(test.options),
})
