import type { Lab } from './_contract-lab.ts'
import { PAGING, type Rows } from './_contract-rows.ts'

const aBaseline = async (lab: Lab) => {
  const name = lab.name('baseline').replace(' ', '-')
  await lab.admin('PUT', `/baselines/${name}`, { ids: [await lab.result()] })
  return { params: { name } }
}

export const BASELINES: Rows = {
  'GET /api/v1/baselines': PAGING,
  'GET /api/v1/baselines/:name': { good: aBaseline, says: { setup_id: null } },
  'PUT /api/v1/baselines/:name': {
    good: async (lab) => ({
      params: { name: lab.name('baseline').replace(' ', '-') },
      body: { ids: [await lab.result()] },
    }),
    says: { note: '' },
    bad: { body: { ids: [] } },
  },
  'DELETE /api/v1/baselines/:name': { good: aBaseline, says: { deleted: true } },
}

export const JUDGING: Rows = {
  'POST /api/v1/results/judge': {
    good: async (lab) => ({
      body: { base: { ids: [await lab.result()] }, candidate: { ids: [await lab.result()] } },
    }),
    says: { summary: { verdict: 'unclear' } },
    bad: { body: { base: { ids: [] }, candidate: { ids: ['x'] } } },
    also: async (_, expect) => {
      const body = { base: { baseline: 'deleted' }, candidate: { ids: ['gone'] } }
      await expect(400, { body }, /There is no result gone/)
    },
  },
}
