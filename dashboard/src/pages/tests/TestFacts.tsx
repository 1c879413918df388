import { Link } from '@tanstack/react-router'
import type { QuickTest } from '../../api/tests.ts'
import { benchmarkOf } from '../../lib/benchmark.ts'
import { Facts } from '../../ui/Facts.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Time } from '../../ui/Time.tsx'
import { sizeText } from './measurement.ts'

/** The configuration and the times of a test. */
export function TestFacts({ test }: { test: QuickTest }) {
  const options = test.options && Object.keys(test.options).length > 0 ? test.options : undefined
  const isSimulated = test.engine_name === 'simulated'
  return (
    <Panel title="Details">
      <Facts
        facts={[
          ['Model', test.model_path],
          ['Engine', isSimulated ? test.engine_name : `${test.engine_name}, ${test.engine_mode}`],
          ['Suite', test.suite_name === 'quick' ? `quick: ${benchmarkOf(test)}` : test.suite_name],
          [
            'Agent',
            <Link key="a" to="/agents/$id" params={{ id: test.agent_id }}>
              {test.agent_name}
            </Link>,
          ],
          ['Measures', sizeText(test.suite_name, test.options ?? {})],
          ['Options', options && <code>{JSON.stringify(options)}</code>],
          ['Attempt', test.attempt > 1 ? `${test.attempt}: the previous one was lost` : undefined],
          ['Created', <Time key="c" at={test.created_at} full />],
          ['Started', test.started_at && <Time at={test.started_at} full />],
          ['Ended', test.completed_at && <Time at={test.completed_at} full />],
          ['Id', <code key="i">{test.id}</code>],
        ]}
      />
    </Panel>
  )
}
