import { expect } from 'vitest'
import { eventually } from '../_eventually.ts'
import type { Lab } from './_contract-lab.ts'
import { PAGING, type Rows } from './_contract-rows.ts'

/** The setup of a new result, once it is found. */
async function aSetup(lab: Lab) {
  const result = await lab.result()
  const path = `/results/${result}/comparable`
  const id: string = await eventually(async () => (await lab.admin('GET', path)).body.setups[0]?.setup_id)
  return { params: { id } }
}

const RULE = {
  enabled: true,
  watch: { output_tps: { delta: 0.02, margin: 0.03 } },
  confirm: { runs: 3, spread_s: 600, control: false },
}
const BAD_RULE = { body: { ...RULE, watch: { output_tps: { delta: 2, margin: 0.03 } } } }

export const SETUPS: Rows = {
  'GET /api/v1/setups': PAGING,
  'GET /api/v1/setups/:id': { good: aSetup, says: { rule: { inherited: true } } },
  'GET /api/v1/setups/:id/series': {
    good: aSetup,
    says: { series: expect.any(Array) },
    bad: { query: '?since=soon' },
  },
  'PUT /api/v1/setups/:id/rule': {
    good: async (lab) => ({ ...(await aSetup(lab)), body: RULE }),
    says: { updated: true },
    bad: BAD_RULE,
  },
  'DELETE /api/v1/setups/:id/rule': { good: aSetup, says: { updated: true } },
  'GET /api/v1/rules/default': { says: { inherited: expect.any(Boolean) } },
  'PUT /api/v1/rules/default': { good: () => ({ body: RULE }), says: RULE, bad: BAD_RULE },
  'GET /api/v1/results/:id/comparable': {
    good: async (lab) => ({ params: { id: await lab.result() } }),
    says: { setups: expect.any(Array) },
  },
}
