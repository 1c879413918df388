import type { Row } from '@libsql/client'
import type { CellSpec } from '../../../app/campaigns/matrix.ts'
import { isCommand, type Place } from './tests.ts'
import { jsonObject, text } from './values.ts'

type Named = Record<string, unknown> & { name?: unknown }
const list = (value: unknown): Named[] =>
  (Array.isArray(value) ? value : []).map((item) =>
    typeof item === 'object' && item ? item : { name: item },
  )
const or = (value: unknown, fallback: string) => (typeof value === 'string' && value ? value : fallback)

/** The runs of a campaign's configuration, in the order they ran. */
export function specsOf(config: Record<string, unknown>): CellSpec[] {
  const benchmarks = list(config['benchmarks']).map(({ name }) => or(name, 'throughput'))
  return list(config['models']).flatMap((model) =>
    list(config['engines']).flatMap((engine) =>
      (benchmarks.length > 0 ? benchmarks : ['throughput']).map((benchmark) => ({
        model: or(model.name, ''),
        model_path: or(model['path'], or(model.name, '')),
        formats: [],
        engine: or(engine.name, ''),
        mode: or(engine['mode'], 'docker'),
        profile_id: or(engine['profile_id'], '') || null,
        benchmark,
        suite_name: or(config['suite_name'], 'quick'),
      })),
    ),
  )
}

/** A cell, the key that its test has too, and the time range of its campaign. */
type Slot = Place & { key: string; from: string; to: string }

const keyOf = (agent: string, model: string, engine: string, benchmark: string) =>
  [agent, model, engine, benchmark].join('\n')

/**
 * Finds the cell of each test. The old system did not store it: a test of a campaign has the cell's agent, model,
 * engine and benchmark and was created while the campaign ran.
 */
export function placeTests(campaigns: Row[], tests: Row[]): Map<string, Place> {
  const slots = campaigns.flatMap(slotsOf)
  const places = new Map<string, Place>()
  for (const test of tests) {
    if (isCommand(test)) continue
    const key = keyOf(
      ...((['agent_id', 'model_path', 'engine_name', 'benchmark_name'] as const).map((name) =>
        text(test, name),
      ) as Quad),
    )
    const created = text(test, 'created_at')
    const at = slots.findIndex((slot) => slot.key === key && created >= slot.from && created <= slot.to)
    const [slot] = at < 0 ? [] : slots.splice(at, 1)
    if (slot) places.set(text(test, 'id'), { campaign_id: slot.campaign_id, cell_idx: slot.cell_idx })
  }
  return places
}

type Quad = [string, string, string, string]

function slotsOf(campaign: Row): Slot[] {
  const from = text(campaign, 'started_at')
  if (!from) return []
  return specsOf(jsonObject(campaign, 'config_json')).map(({ model_path, engine, benchmark }, cell_idx) => ({
    campaign_id: text(campaign, 'id'),
    cell_idx,
    key: keyOf(text(campaign, 'agent_id'), model_path, engine, benchmark),
    from,
    to: text(campaign, 'completed_at') || '9999',
  }))
}
