import { MultiSelect, Select, TextInput } from '@mantine/core'
import { MeasurementFields } from '../tests/MeasurementFields.tsx'
import { BENCHMARKS, SUITES } from '../tests/measurement.ts'
import css from './campaigns.module.css'
import type { StepProps } from './steps.ts'

export function SettingsStep({ form, change }: StepProps) {
  return (
    <>
      <div className={css.row}>
        <Select
          label="Suite"
          data={SUITES}
          value={form.suite}
          onChange={(suite) => change({ suite: suite ?? 'quick' })}
          allowDeselect={false}
        />
        <MultiSelect
          label="Benchmarks"
          size="sm"
          data={BENCHMARKS}
          value={form.benchmarks}
          onChange={(benchmarks) => change({ benchmarks })}
        />
        <TextInput
          type="number"
          min={0}
          max={10}
          label="Retries of a failed run"
          value={form.retries}
          onChange={(event) => change({ retries: event.currentTarget.value })}
        />
      </div>
      <MeasurementFields
        suite={form.suite}
        benchmark={form.benchmarks.includes('load') ? 'load' : ''}
        wanted={form.wanted}
        onChange={(wanted) => change({ wanted })}
      />
    </>
  )
}
