import { CONFIG, type Lab } from './_contract-lab.ts'
import { PAGING, type Rows } from './_contract-rows.ts'

const aTest = async (lab: Lab) => ({ params: { id: await lab.test() } })
const aCampaign = async (lab: Lab) => ({ params: { id: await lab.campaign() } })
/** One whose agent is away: it stays queued. */
const launched = async (lab: Lab) => {
  const { params } = await aCampaign(lab)
  await lab.admin('POST', `/campaigns/${params.id}/launch`)
  return { params }
}
const newTest = (lab: Lab) => ({ agent_id: lab.a.id, model_path: 'm', engine_name: 'vllm' })

export const QUICKTEST: Rows = {
  'GET /api/v1/quicktest': PAGING,
  'POST /api/v1/quicktest': {
    status: 202,
    good: (lab) => ({ body: newTest(lab), headers: { 'Idempotency-Key': 'one test' } }),
    says: { status: 'queued' },
    bad: { body: { agent_id: 'x' } },
    also: async (lab, expect) => {
      await expect(404, { body: { ...newTest(lab), agent_id: 'nobody' } }, /agent/)
      await expect(400, { body: { ...newTest(lab), engine_name: 'no-engine' } }, /no-engine/)
      await expect(400, { body: { ...newTest(lab), model_path: 'x.gguf' } }, /gguf/)
      await expect(202, { body: { ...newTest(lab), model_path: 'x.gguf', force: true } })
      const headers = { 'Idempotency-Key': 'one test' }
      await expect(400, { body: { ...newTest(lab), suite_name: 's' }, headers }, /^Idempotency-Key: /)
    },
  },
  'GET /api/v1/quicktest/models': {
    bad: { query: '?per_page=101' },
    says: { total: 1, items: [{ model_id: 'Qwen/A' }] },
  },
  'GET /api/v1/quicktest/agent-capabilities': {
    good: (lab) => ({ query: `?agent_id=${lab.a.id}` }),
    says: { name: 'agent-a', cpu_arch: 'x86_64', engines: { mlx: { compatible: false } } },
    bad: { query: '?agent_id=' },
    also: async (lab, expect) => {
      await expect(404, { query: '?agent_id=nobody' }, /agent/)
      await expect(200, {}, { [lab.a.id]: { name: 'agent-a' } })
    },
  },
  'GET /api/v1/quicktest/engine-formats': { says: { vllm: { formats: ['safetensors', 'pytorch'] } } },
  'GET /api/v1/quicktest/:id': { good: aTest, says: { status: 'queued', attempt: 0, result_id: null } },
  'POST /api/v1/quicktest/:id/rerun': {
    status: 202,
    good: async (lab) => ({ ...(await aTest(lab)), body: { force: true } }),
    says: { status: 'queued' },
    bad: { body: { force: 'yes' } },
  },
  'POST /api/v1/quicktest/:id/cancel': {
    good: aTest,
    says: { status: 'cancelled' },
  },
  'GET /api/v1/quicktest/:id/logs': {
    good: aTest,
    says: { lines: [], next: null },
    bad: { query: '?limit=0' },
  },
  'POST /api/v1/quicktest/:id/logs': {
    good: async (lab) => ({ ...(await lab.running()), body: { lines: [{ seq: 0, line: 'l', future: 1 }] } }),
    says: { ok: true },
    bad: { body: { lines: [{ seq: -1, line: 'l' }] } },
  },
  'POST /api/v1/quicktest/:id/status': {
    good: async (lab) => ({ ...(await lab.running()), body: { status: 'running' } }),
    says: { ok: true },
    bad: { body: { status: 'queued' } },
    also: async (lab, expect) => {
      const sent = await aTest(lab)
      await lab.admin('POST', `/quicktest/${sent.params.id}/cancel`)
      await expect(400, { ...sent, body: { status: 'completed' } }, /cancelled/)
    },
  },
}

export const CAMPAIGNS: Rows = {
  'GET /api/v1/campaigns': PAGING,
  'POST /api/v1/campaigns': {
    status: 201,
    good: () => ({ body: { name: 'c', config: CONFIG }, headers: { 'Idempotency-Key': 'one campaign' } }),
    bad: { body: { name: 'c', config: { models: [{ name: '' }], engines: [] } } },
    also: async (_, expect) => {
      await expect(404, { body: { name: 'c', agent_id: 'nobody', config: CONFIG } }, /agent/)
      await expect(400, { body: { name: 'c', config: CONFIG, unknown: 1 } }, /^unknown: is not a known field/)
      const headers = { 'Idempotency-Key': 'one campaign' }
      await expect(400, { body: { name: 'd', config: CONFIG }, headers }, /^Idempotency-Key: /)
    },
  },
  'POST /api/v1/campaigns/validate': {
    good: () => ({ body: { name: 'c', config: CONFIG } }),
    says: { total_runs: 1, agents: [], skipped: [], warnings: [] },
    bad: { body: { name: 'c', config: { models: [{ name: '' }], engines: [] } } },
    also: async (_, expect) => {
      await expect(404, { body: { name: 'c', agent_id: 'nobody', config: CONFIG } }, /agent/)
    },
  },
  'POST /api/v1/campaigns/from-results': {
    status: 201,
    good: async (lab) => ({ body: { ids: [await lab.measured()] } }),
    says: { runs: 1, left_out: [] },
    bad: { body: { ids: [] } },
    also: async (lab, expect) => {
      await expect(400, { body: { ids: [await lab.result()] } }, /imported/)
    },
  },
  'POST /api/v1/campaigns/from-results/preview': {
    good: async (lab) => ({ body: { ids: [await lab.measured()] } }),
    says: { runs: 1, left_out: [] },
    bad: { body: { ids: [] } },
    also: async (lab, expect) => {
      await expect(400, { body: { ids: [await lab.result()] } }, /imported/)
    },
  },
  'POST /api/v1/campaigns/:id/copy': {
    status: 201,
    good: async (lab) => ({ ...(await aCampaign(lab)), body: { name: 'again' } }),
    bad: { body: { name: '' } },
  },
  'GET /api/v1/campaigns/:id': { good: aCampaign, says: { status: 'draft', config: CONFIG } },
  'DELETE /api/v1/campaigns/:id': { good: launched, says: { deleted: true } },
  'POST /api/v1/campaigns/:id/launch': {
    status: 202,
    good: aCampaign,
    says: { status: 'queued' },
    also: async (lab, expect) => {
      await expect(400, await launched(lab), /queued|running/)
      await expect(400, { params: { id: await lab.campaign({ agent_id: null }) } }, /agent/)
      const config = { models: [], engines: [] }
      await expect(400, { params: { id: await lab.campaign({ config }) } }, /nothing|empty|no /i)
    },
  },
  'POST /api/v1/campaigns/:id/retry': {
    status: 202,
    good: async (lab) => {
      const sent = await launched(lab)
      await lab.admin('POST', `/campaigns/${sent.params.id}/cancel`)
      return sent
    },
    says: { status: 'queued' },
    also: async (lab, expect) => {
      await expect(400, await aCampaign(lab), /draft/)
    },
  },
  'POST /api/v1/campaigns/:id/cancel': {
    good: launched,
    says: { status: 'cancelled' },
    also: async (lab, expect) => {
      await expect(400, await aCampaign(lab), /draft/)
    },
  },
  'PUT /api/v1/campaigns/:id/config': {
    good: async (lab) => ({ ...(await aCampaign(lab)), body: { config: CONFIG } }),
    says: { updated: true },
    bad: { body: { config: { models: 'm', engines: [] } } },
    also: async (lab, expect) => {
      await expect(400, { ...(await launched(lab)), body: { config: CONFIG } }, /draft/)
    },
  },
  'GET /api/v1/campaigns/:id/logs': {
    good: aCampaign,
    says: { lines: [], next: null },
    bad: { query: '?after=-1' },
  },
}
