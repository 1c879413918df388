import { own } from '../../lib/own.ts'
import { FACTS } from '../setups/environment.ts'
import { list, number, object, text } from '../setups/loose.ts'
import type { WholeRun } from './runs.ts'

/** A value in a row; a `time` is a number, epoch ms. */
export type Cell = string | number | boolean | null
export type CellType = 'text' | 'number' | 'boolean' | 'time'
export type Column<Row> = { name: string; type: CellType; of(row: Row): Cell }

const flag = (value: number | null) => (value === null ? null : value === 1)

const column = (name: string, type: CellType, of: (row: WholeRun) => Cell): Column<WholeRun> => ({
  name,
  type,
  of,
})

/** Of a result in several setups, the values of all of them. */
const ofSetups = (name: string, of: (setup: WholeRun['setups'][number]) => string) =>
  column(name, 'text', ({ setups }) => [...new Set(setups.map(of).filter(Boolean))].join('; ') || null)

const ofDocument = (name: string) => column(name, 'text', ({ document }) => text(document[name]))

/** What people noted, in full. */
const notesOf = ({ document: { kitt_notes: notes } }: WholeRun) => (typeof notes === 'string' ? notes : null)

/** The tags that people gave a result, else those that its document came with. */
export const tagsOf = (document: WholeRun['document']): string[] =>
  list(document['kitt_tags'] ?? document['tags']).flatMap((tag) => text(tag) ?? [])

/** The columns of every result, before those of its metrics. */
export const RUN_COLUMNS: readonly Column<WholeRun>[] = [
  column('id', 'text', ({ run }) => run.id),
  column('timestamp', 'time', ({ run }) => run.timestamp),
  column('model', 'text', ({ run }) => run.model),
  column('engine', 'text', ({ run }) => run.engine),
  ofDocument('engine_version'),
  column('suite_name', 'text', ({ run }) => run.suite_name || null),
  column('passed', 'boolean', ({ run }) => flag(run.passed)),
  column('simulated', 'boolean', ({ run }) => run.simulated === 1),
  column('gpu_model', 'text', ({ run }) => run.gpu_model || null),
  column('gpu_count', 'number', ({ document }) => number(gpuOf(document)['count'])),
  column('agent_id', 'text', ({ run }) => run.agent_id),
  column('quick_test_id', 'text', ({ run }) => run.quick_test_id),
  column('campaign_id', 'text', ({ run }) => run.campaign_id),
  column('received_at', 'time', ({ run }) => run.received_at),
  column('host', 'text', ({ document }) => text(object(document['system_info'])['hostname'])),
  column('provenance', 'text', ({ document }) => text(document['provenance']) ?? 'measured'),
  column('tool', 'text', ({ document }) => text(object(document['tool'])['name']) ?? 'kitt'),
  column('tags', 'text', ({ document }) => tagsOf(document).join('; ') || null),
  column('notes', 'text', notesOf),
  ofSetups('setup_id', ({ setup_id }) => setup_id),
  ofSetups('setup', ({ label }) => label),
  ofSetups('benchmark', ({ benchmark }) => benchmark),
  ofSetups('load', ({ load }) => load),
  ofSetups('left_out', ({ reasons }) => reasons.join(', ')),
  ofSetups('environment_id', ({ environment_id }) => environment_id),
  ...FACTS.filter((name) => name !== 'engine_version' && name !== 'kitt_version').map((name) =>
    column(`env.${name}`, 'text', ({ setups }) => {
      const value = own(setups[0]?.facts ?? {}, name)
      return value === undefined ? null : String(value)
    }),
  ),
  ofDocument('kitt_version'),
]

const gpuOf = (document: WholeRun['document']) => object(object(document['system_info'])['gpu'])

const OTHERS = 'other_metrics'
const TAKEN = new Set([...RUN_COLUMNS.map(({ name }) => name), OTHERS])

/** The columns of metrics. One that is called like another column gets `metric.` before its name. */
export function metricColumns(names: readonly string[]): Column<WholeRun>[] {
  const taken = new Set([...TAKEN, ...names])
  const shown = (name: string): string => (taken.has(name) ? shown(`metric.${name}`) : name)
  return names.map((name) =>
    column(TAKEN.has(name) ? shown(name) : name, 'number', ({ metrics }) => metrics.get(name) ?? null),
  )
}

/** The metrics that have no column of their own, as JSON. */
export const otherMetrics = (names: readonly string[]): Column<WholeRun> => {
  const known = new Set(names)
  return column(OTHERS, 'text', ({ metrics }) => {
    const others = [...metrics].filter(([name]) => !known.has(name))
    return others.length > 0 ? JSON.stringify(Object.fromEntries(others)) : null
  })
}
