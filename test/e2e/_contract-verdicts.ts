import type { Lab } from './_contract-lab.ts'
import { PAGING, type Rows } from './_contract-rows.ts'

const aBaseline = async (lab: Lab) => {
  const name = lab.name('baseline')
  await lab.admin('PUT', `/baselines/${name}`, { ids: [await lab.result()] })
  return { params: { name } }
}

export const BASELINES: Rows = {
  'GET /api/v1/baselines': PAGING,
  'GET /api/v1/baselines/:name': { good: aBaseline, says: { setup_id: null } },
  'PUT /api/v1/baselines/:name': {
    good: async (lab) => ({ params: { name: lab.name('baseline') }, body: { ids: [await lab.result()] } }),
    says: { note: '' },
    bad: { body: { ids: [] } },
  },
  'DELETE /api/v1/baselines/:name': { good: aBaseline, says: { deleted: true } },
}
