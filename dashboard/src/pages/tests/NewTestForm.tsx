import { Select } from '@mantine/core'
import { useAgentChoices } from '../../api/useAgentName.ts'
import common from '../../ui/common.module.css'
import { NoAgents } from '../../ui/NoAgents.tsx'
import { EngineDetails } from './EngineDetails.tsx'
import { EnginePicker } from './EnginePicker.tsx'
import { LaunchTest } from './LaunchTest.tsx'
import { MeasurementFields } from './MeasurementFields.tsx'
import { ModelField } from './ModelField.tsx'
import { BENCHMARKS, SUITES } from './measurement.ts'
import css from './tests.module.css'
import { type TestFormStart, useTestForm } from './useTestForm.ts'

/** The form of a new test: agent, model, engine, benchmark and options. */
export function NewTestForm({ start }: { start: TestFormStart }) {
  const form = useTestForm(start)
  const agents = useAgentChoices()
  return (
    <div className={common.stack}>
      <Select
        label="Agent"
        placeholder="The machine to measure on"
        nothingFoundMessage="No such agent. Add agents on the page Agents."
        data={agents}
        value={form.agentId ?? null}
        onChange={(id) => form.setAgent(id ?? undefined)}
        searchable
        required
      />
      <NoAgents />
      <ModelField value={form.model} onChange={form.setModel} />
      <EnginePicker choices={form.choices} value={form.engine} onChange={form.setEngine} />
      <EngineDetails form={form} />
      <div className={css.row}>
        <Select
          label="Suite"
          data={SUITES}
          value={form.suite}
          onChange={(value) => form.setSuite(value ?? 'quick')}
          allowDeselect={false}
        />
        {form.suite === 'quick' && (
          <Select
            label="Benchmark"
            data={BENCHMARKS}
            value={form.benchmark}
            onChange={(value) => form.setBenchmark(value ?? 'throughput')}
            allowDeselect={false}
          />
        )}
      </div>
      <MeasurementFields
        suite={form.suite}
        benchmark={form.benchmark}
        wanted={form.wanted}
        onChange={form.setWanted}
        others={form.others}
        onForget={() => form.setOthers({})}
      />
      <LaunchTest form={form} />
    </div>
  )
}
