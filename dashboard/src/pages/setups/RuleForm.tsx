import { CloseButton, Select, Switch } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Rule } from '../../api/setups.ts'
import { METRIC_CHOICES, metricName } from '../../lib/metric-names.ts'
import common from '../../ui/common.module.css'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useAction } from '../../ui/useAction.ts'
import { NumberField } from './NumberField.tsx'
import { draftOf, type RuleDraft, ruleOf } from './rule-draft.ts'
import css from './setups.module.css'

type Props = {
  rule: Rule
  /** Metrics that can be watched beside the usual ones. */
  metrics?: string[]
  save(rule: Rule): Promise<unknown>
  /** Beside the button that saves. */
  beside?: ReactNode
}

/** Changes a rule: which metrics are watched, and how a suspicion is confirmed. */
export function RuleForm({ rule: given, metrics = [], save: send, beside }: Props) {
  const saved = draftOf(given)
  const [draft, setDraft] = useState(saved)
  const set = (change: Partial<RuleDraft>) => setDraft((now) => ({ ...now, ...change }))
  const rule = ruleOf(draft)
  const save = useAction({
    run: send,
    done: 'The rule is saved; the next run is judged by it.',
    refresh: [['setups']],
    quiet: true,
  })
  const names = [...new Set([...METRIC_CHOICES.map(({ value }) => value), ...metrics])]
  const others = names.filter((name) => !draft.watch.some((one) => one.name === name))
  const changed = JSON.stringify(draft) !== JSON.stringify(saved)
  return (
    <div className={common.fields}>
      <Switch
        label="Watch"
        checked={draft.enabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      <Watched draft={draft} set={set} />
      <Select
        size="xs"
        label="Watch another metric"
        placeholder="Choose a metric"
        data={others.map((value) => ({ value, label: metricName(value) }))}
        value={null}
        onChange={(name) => name && set({ watch: [...draft.watch, { name, delta: '5', margin: '8' }] })}
        searchable
      />
      <div className={css.two}>
        <NumberField
          label="Runs to confirm"
          unit="0 to 5"
          value={draft.runs}
          onChange={(runs) => set({ runs })}
        />
        <NumberField
          label="Apart by"
          unit="minutes"
          value={draft.minutes}
          onChange={(minutes) => set({ minutes })}
        />
      </div>
      <Switch
        label="Control: run the last good version again as well"
        checked={draft.control}
        onChange={(event) => set({ control: event.currentTarget.checked })}
      />
      {beside}
      <SaveBar
        needs="change the rule"
        disabled={!changed || rule === undefined}
        saving={save.isPending}
        error={save.error}
        onSave={() => rule && save.mutate(rule)}
      />
    </div>
  )
}

type WatchedProps = { draft: RuleDraft; set(change: Partial<RuleDraft>): void }

/** The watched metrics with their thresholds in percent. */
function Watched({ draft: { watch }, set }: WatchedProps) {
  const change = (at: number, next: Partial<RuleDraft['watch'][number]>) =>
    set({ watch: watch.map((one, i) => (i === at ? { ...one, ...next } : one)) })
  return (
    <ul className={css.watched} aria-label="Watched metrics">
      {watch.map(({ name, delta, margin }, i) => (
        <li key={name}>
          <span className={css.metric}>{metricName(name)}</span>
          <NumberField
            label="Worse from"
            unit="%"
            about={metricName(name)}
            value={delta}
            onChange={(next) => change(i, { delta: next })}
          />
          <NumberField
            label="Same within"
            unit="%"
            about={metricName(name)}
            value={margin}
            onChange={(next) => change(i, { margin: next })}
          />
          <CloseButton
            size="sm"
            aria-label={`Do not watch ${metricName(name)}`}
            onClick={() => set({ watch: watch.filter((one) => one.name !== name) })}
          />
        </li>
      ))}
      {watch.length === 0 && <li className={common.sub}>No metric is watched.</li>}
    </ul>
  )
}
