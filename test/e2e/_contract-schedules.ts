import { CONFIG, type Lab } from './_contract-lab.ts'
import { PAGING, type Rows } from './_contract-rows.ts'

const scheduleOf = (lab: Lab, more: object = {}) => ({
  name: lab.name('schedule'),
  cron: '0 2 * * *',
  timezone: 'Europe/Berlin',
  campaign: { name: 'night', agent_id: lab.a.id, config: CONFIG },
  ...more,
})

async function aSchedule(lab: Lab, more: object = {}) {
  const { id } = (await lab.admin('POST', '/schedules', scheduleOf(lab, more))).body
  return { params: { id: id as string } }
}

const NEVER = { body: { cron: '0 0 31 2 *' } }

export const SCHEDULES: Rows = {
  'GET /api/v1/schedules': PAGING,
  'POST /api/v1/schedules': {
    status: 201,
    good: (lab) => ({ body: scheduleOf(lab) }),
    bad: { body: { name: 'x' } },
    also: async (lab, expect) => {
      const campaign = { name: 'night', agent_id: 'nobody', config: CONFIG }
      await expect(404, { body: scheduleOf(lab, { campaign }) }, /agent/)
    },
  },
  'POST /api/v1/schedules/preview': {
    good: () => ({ body: { cron: '@nightly', timezone: 'UTC' } }),
    bad: { body: { cron: '' } },
    also: async (_, expect) => void (await expect(400, NEVER, /never comes/)),
  },
  'GET /api/v1/schedules/:id': { good: aSchedule, says: { campaign: { name: 'night' } } },
  'PUT /api/v1/schedules/:id': {
    good: async (lab) => ({ ...(await aSchedule(lab)), body: { enabled: false } }),
    says: { updated: true },
    bad: { body: { overlap: 'both' } },
  },
  'DELETE /api/v1/schedules/:id': { good: aSchedule, says: { deleted: true } },
  'POST /api/v1/schedules/:id/run': {
    status: 202,
    good: aSchedule,
    also: async (lab, expect) => {
      const homeless = await aSchedule(lab, { campaign: { name: 'night', config: CONFIG } })
      await expect(400, homeless, /no agent/)
    },
  },
  'GET /api/v1/schedules/:id/runs': { good: aSchedule, ...PAGING },
}
