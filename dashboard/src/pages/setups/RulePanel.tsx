import { useAccess } from '../../api/access.ts'
import { kitt, read } from '../../api/kitt.ts'
import type { Rule, SetupDetail } from '../../api/setups.ts'
import { sizeText } from '../../lib/changes.ts'
import { plural, unitsKept } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useAction } from '../../ui/useAction.ts'
import { RuleForm } from './RuleForm.tsx'
import css from './setups.module.css'

const COLUMNS: Column<[name: string, Rule['watch'][string]]>[] = [
  { key: 'metric', header: 'Watched', cell: ([name]) => metricName(name) },
  { key: 'delta', header: 'Worse from', numeric: true, cell: ([, { delta }]) => sizeText(delta * 100) },
  { key: 'margin', header: 'Same within', numeric: true, cell: ([, { margin }]) => sizeText(margin * 100) },
]

/** Which metrics of a setup are watched; an administrator can change it. */
export function RulePanel({ setup }: { setup: SetupDetail }) {
  const { rule } = setup
  const editable = useAccess() === 'full'
  return (
    <Panel title="Rule" aside={rule.inherited ? 'the same as for all setups' : 'of this setup alone'}>
      {editable ? (
        <RuleForm
          key={JSON.stringify(rule)}
          rule={rule}
          metrics={Object.keys(setup.metrics)}
          save={(json) => read(kitt().api.v1.setups[':id'].rule.$put({ param: { id: setup.id }, json }))}
          beside={!rule.inherited && <Inherit id={setup.id} />}
        />
      ) : (
        <DataTable
          label="Watched metrics"
          rows={Object.entries(rule.watch)}
          rowKey={([name]) => name}
          columns={COLUMNS}
        />
      )}
      <Health setup={setup} />
    </Panel>
  )
}

/** Deletes the rule of a setup, so that it follows that of all. */
function Inherit({ id }: { id: string }) {
  const inherit = useAction({
    run: () => read(kitt().api.v1.setups[':id'].rule.$delete({ param: { id } })),
    done: 'The setup follows the rule of all setups.',
    refresh: [['setups']],
  })
  return (
    <div>
      <ActionButton needs="change the rule" variant="default" action={inherit}>
        Follow the rule of all setups
      </ActionButton>
    </div>
  )
}

/** How often the rule was right. */
function Health({ setup }: { setup: SetupDetail }) {
  const { alerts, confirmed, cleared, false_alarms, one_sided_pct } = setup.rule.health
  if (alerts === 0) return <p className={css.health}>It has raised no alert yet.</p>
  return (
    <p className={css.health}>
      It has raised {plural(alerts, 'alert')}: {confirmed} confirmed, {cleared} cleared,{' '}
      {plural(false_alarms, 'false alarm')}
      {one_sided_pct !== null &&
        unitsKept(
          `; ${Math.round(one_sided_pct)} % of its suspicions point the same way, where noise alone gives about 50 %`,
        )}
      .
    </p>
  )
}
