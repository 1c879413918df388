import { own } from '../../../../lib/own.ts'
import type { SetupDetail } from '../../api/setups.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { fieldName, fieldValue, valueText } from '../../lib/changes.ts'
import { asObject } from '../../lib/loose.ts'
import { Facts } from '../../ui/Facts.tsx'
import { Panel } from '../../ui/Panel.tsx'
import css from './setups.module.css'

const PARTS: Record<string, string> = {
  model: 'Model',
  engine: 'Engine',
  hardware: 'Hardware',
  host: 'Host',
  load: 'Load',
  measure: 'Measured by',
}

/** The fields that are told first; the others follow by name. */
const FIRST = ['name', 'gpu_model', 'gpu_count', 'memory_gb', 'benchmark', 'mode', 'concurrency', 'rate']

const inOrder = <T,>(entries: [string, T][], first: readonly string[]): [string, T][] => {
  const rank = ([name]: [string, T]) => (first.includes(name) ? first.indexOf(name) : first.length)
  return entries.toSorted((a, b) => rank(a) - rank(b))
}

/** What is equal in all runs of a setup, part by part. */
export function SetupKey({ setup }: { setup: SetupDetail }) {
  const agentName = useAgentName()
  const parts = inOrder(Object.entries(setup.key), Object.keys(PARTS))
  return (
    <Panel title="What is equal in all runs">
      <div className={css.key}>
        {parts.map(([part, value]) => {
          const fields = inOrder(Object.entries(asObject(value)), FIRST)
          const known: [string, string][] =
            fields.length > 0
              ? flat(part, fields)
              : [[own(PARTS, part) ?? part, textOf(part, value, agentName)]]
          return (
            <section key={part} aria-label={own(PARTS, part) ?? part}>
              {fields.length > 0 && <h3>{own(PARTS, part) ?? part}</h3>}
              <Facts facts={known} />
            </section>
          )
        })}
      </div>
    </Panel>
  )
}

const textOf = (part: string, value: unknown, agentName: (id: string) => string) =>
  part === 'host' && typeof value === 'string' && !value.startsWith('machine ')
    ? agentName(value)
    : valueText(value)

/** The fields that are known, those within others by dotted name. */
const flat = (part: string, fields: [string, unknown][], before = ''): [string, string][] =>
  fields.flatMap(([name, value]) => {
    const inner = Object.entries(asObject(value))
    if (inner.length > 0) return flat(part, inner, `${before}${name}.`)
    if (value === null || value === undefined || isEmpty(value)) return []
    const field = `${before}${name}`
    return [[fieldName(field), fieldValue(`${part}.${field}`, value)] as [string, string]]
  })

const isEmpty = (value: unknown) => typeof value === 'object' && Object.keys(value as object).length === 0
