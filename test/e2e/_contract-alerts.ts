import { expect } from 'vitest'
import { eventually } from '../_eventually.ts'
import { measured } from '../setups/_document.ts'
import type { Lab } from './_contract-lab.ts'
import { PAGING, type Rows } from './_contract-rows.ts'

const HOUR = 3_600_000

/** An alert of a setup of its own: five good runs of a new agent, then a slow one, of a test if it is to be repeated. */
async function anAlert(lab: Lab, { repeatable = false } = {}) {
  const { id } = await lab.agent(lab.name('watched'))
  const report = (tps: number, hours: number, command: object = {}) => {
    const timestamp = new Date(Date.now() - hours * HOUR).toISOString()
    const result_data = { ...measured(tps), timestamp }
    return lab.admin('POST', `/agents/${id}/results`, { ...command, status: 'completed', result_data })
  }
  for (let n = 0; n < 5; n++) await report(100 + n / 10, 5 - n)
  const path = `/setups?agent_id=${id}`
  const setup: string = await eventually(async () => {
    const [found] = (await lab.admin('GET', path)).body.items
    return found?.runs === 5 && found.id
  })
  const watch = { output_tps: { delta: 0.02, margin: 0.03 } }
  const confirm = { runs: 0, spread_s: 0, control: false }
  await lab.admin('PUT', `/setups/${setup}/rule`, { enabled: true, watch, confirm })
  if (repeatable) {
    await lab.test({ agent_id: id })
    const { commands } = (await lab.admin('POST', `/agents/${id}/heartbeat`)).body
    await report(90, 0, { command_id: commands[0].command_id })
  } else await report(90, 0)
  const found: string = await eventually(
    async () => (await lab.admin('GET', `/alerts?setup_id=${setup}`)).body.items[0]?.id,
  )
  return { params: { id: found } }
}

/** One that can be acknowledged: a silence says that it is real. */
async function aSilencedOne(lab: Lab) {
  const made = await anAlert(lab)
  await lab.admin('POST', `/alerts/${made.params.id}/silence`, SILENCE)
  return made
}

const SILENCE = { version: '99.0', reason: 'known' }
const NOTE = { body: { note: 'seen' } }
const BAD_NOTE = { body: { note: 7 } }

export const ALERTS: Rows = {
  'GET /api/v1/alerts': PAGING,
  'GET /api/v1/alerts/:id': {
    good: (lab) => anAlert(lab),
    says: { metric: 'output_tps', steps: [{ state: 'suspect', by: 'kitt' }] },
  },
  'POST /api/v1/alerts/:id/acknowledge': {
    good: async (lab) => ({ ...(await aSilencedOne(lab)), ...NOTE }),
    says: { state: 'acknowledged' },
    bad: BAD_NOTE,
    also: async (lab, say) => {
      await say(
        400,
        { ...(await anAlert(lab)), ...NOTE },
        /^The alert is suspect; only one that is confirmed/,
      )
    },
  },
  'POST /api/v1/alerts/:id/accept': {
    good: async (lab) => ({ ...(await anAlert(lab)), ...NOTE }),
    says: { state: 'accepted' },
    bad: BAD_NOTE,
  },
  'POST /api/v1/alerts/:id/resolve': {
    good: async (lab) => ({ ...(await aSilencedOne(lab)), ...NOTE }),
    says: { state: 'resolved' },
    bad: BAD_NOTE,
  },
  'POST /api/v1/alerts/:id/silence': {
    good: async (lab) => ({ ...(await anAlert(lab)), body: SILENCE }),
    says: { state: 'silenced', silenced_version: '99.0' },
    bad: { body: { reason: 'forever' } },
  },
  'POST /api/v1/alerts/:id/false-alarm': {
    good: async (lab) => ({ ...(await anAlert(lab)), ...NOTE }),
    says: { state: 'false_alarm' },
    bad: BAD_NOTE,
  },
  'POST /api/v1/alerts/:id/confirm': {
    good: async (lab) => ({ ...(await anAlert(lab, { repeatable: true })), ...NOTE }),
    says: { state: 'confirming', planned_runs: expect.any(Number) },
    bad: BAD_NOTE,
    also: async (lab, say) => {
      await say(400, { ...(await anAlert(lab)), ...NOTE }, /no test of KITT made it/)
    },
  },
}
