import { expect } from 'vitest'
import { document } from '../queue/_queue.ts'
import { type Lab, UNKNOWN_MODEL } from './_contract-lab.ts'
import { PAGING, type Row, type Rows } from './_contract-rows.ts'

const aResult = async (lab: Lab) => ({ params: { id: await lab.result() } })
const aProfile = async (lab: Lab) => ({ params: { id: await lab.profile() } })
const imported = { ...document(), note: 'twice' }

export const RESULTS: Rows = {
  'GET /api/v1/results': { bad: { query: '?sort=colour' } },
  'GET /api/v1/results/aggregate': {
    good: () => ({ query: '?group_by=model,engine&metric=avg_tps' }),
    says: { group_by: ['model', 'engine'] },
    bad: { query: '?group_by=colour' },
  },
  'POST /api/v1/results/compare': {
    good: async (lab) => ({ body: { ids: [await lab.result(), 'gone'] } }),
    says: { missing: ['gone'] },
    bad: { body: { ids: ['one'] } },
  },
  'POST /api/v1/results/import': {
    status: 201,
    good: (lab) => ({ body: { ...document(), note: lab.name('note') } }),
    says: { created: true },
    bad: { body: { model: 'm' } },
    also: async (_, expect) => {
      await expect(201, { body: imported }, { created: true })
      await expect(200, { body: imported }, { created: false })
    },
  },
  'GET /api/v1/results/export': {
    good: async (lab) => ({ query: `?ids=${await lab.result()}` }),
    says: [{ model: 'Qwen2.5-7B' }],
    bad: { query: '?format=xml' },
    also: async (_, expect) => {
      await expect(200, { query: '?format=bencher' }, {})
      await expect(400, { query: '?format=llm-d&requests=true' }, /^requests: needs the format/)
    },
  },
  'GET /api/v1/results/:id': { good: aResult, says: { model: 'Qwen2.5-7B', agent_id: null } },
  'GET /api/v1/results/ids': { says: { ids: expect.any(Array) }, bad: { query: '?passed=perhaps' } },
  'GET /api/v1/results/tags': { says: { tags: expect.any(Array) } },
  'POST /api/v1/results/tag': {
    good: async (lab) => ({ body: { ids: [await lab.result(), 'gone'], add: ['release'] } }),
    says: { changed: 1, missing: ['gone'] },
    bad: { body: { ids: [] } },
  },
  'POST /api/v1/results/delete': {
    good: async (lab) => ({ body: { ids: [await lab.result(), 'gone'] } }),
    says: { deleted: 1, kept: [] },
    bad: { body: { ids: [] } },
  },
  'PATCH /api/v1/results/:id': {
    good: async (lab) => ({ ...(await aResult(lab)), body: { notes: 'loud', tags: ['a'] } }),
    says: { notes: 'loud', tags: ['a'] },
    bad: { body: { tags: ['x'.repeat(101)] } },
  },
  'DELETE /api/v1/results/:id': { good: aResult, says: { deleted: true } },
}

/** What a route that goes through Devon answers where that is broken, and not there at all. */
const throughDevon =
  (sent: () => { body?: object; query?: string }): NonNullable<Row['also']> =>
  async (lab, expect) => {
    await lab.withBrokenDevon(() => expect(502, sent(), /^Devon failed \(HTTP 500\)/))
    await lab.withoutDevon(() => expect(503, sent(), /not configured/))
  }

const download = () => ({ body: { repo_id: 'Qwen/A' }, headers: { 'Idempotency-Key': 'one download' } })

export const MODELS: Rows = {
  'GET /api/v1/models/search': {
    good: () => ({ query: '?q=qwen' }),
    says: { items: [{ repo_id: 'Qwen/A' }] },
    bad: { query: '?q=' },
    also: throughDevon(() => ({ query: '?q=qwen' })),
  },
  'GET /api/v1/models/local': {
    ...PAGING,
    says: { items: [{ repo_id: 'Qwen/A' }] },
    also: async (lab, expect) => {
      await lab.withBrokenDevon(() => expect(502, {}, /^Devon failed \(HTTP 500\)/))
      await lab.withoutDevon(() => expect(200, {}))
    },
  },
  'POST /api/v1/models/download': {
    status: 202,
    good: download,
    says: { repo_id: 'Qwen/A', status: 'downloading', job_id: 'j1' },
    bad: { body: { repo_id: '../up' } },
    also: async (lab, expect) => {
      await expect(404, { body: { repo_id: UNKNOWN_MODEL } }, /does not know this model/)
      await throughDevon(() => ({ body: { repo_id: 'Qwen/B' } }))(lab, expect)
      await expect(400, { ...download(), body: { repo_id: 'Qwen/C' } }, /^Idempotency-Key: /)
    },
  },
  'DELETE /api/v1/models/:repo_id{.+}': {
    good: () => ({ params: { repo_id: 'Qwen/A' } }),
    says: { deleted: true },
    also: async (lab, expect) => {
      const params = { repo_id: 'Qwen/A' }
      await lab.withBrokenDevon(() => expect(502, { params }, /^Devon failed \(HTTP 500\)/))
    },
  },
}

const PROFILE = { engine: 'vllm', mode: 'docker', runtime_config: { x: 1 } }
const onAgent: Row = {
  status: 202,
  good: (lab) => ({ params: { id: lab.a.id }, body: { engine_name: 'vllm' } }),
  says: { status: 'queued' },
  bad: { body: { engine_name: 'no-engine' } },
}

export const ENGINES: Rows = {
  'GET /api/v1/engines/registry': { says: { openai: { modes: ['endpoint'] } } },
  'GET /api/v1/engines/status': {},
  'GET /api/v1/engines/profiles': PAGING,
  'POST /api/v1/engines/profiles': {
    status: 201,
    good: (lab) => ({ body: { ...PROFILE, name: lab.name('profile') } }),
    says: PROFILE,
    bad: { body: { name: 'p', engine: 'no-engine' } },
    also: async (_, expect) => {
      await expect(201, { body: { ...PROFILE, name: 'taken' } })
      await expect(400, { body: { ...PROFILE, name: 'taken' } }, /taken/)
    },
  },
  'GET /api/v1/engines/profiles/:id': { good: aProfile, says: { engine: 'vllm' } },
  'PUT /api/v1/engines/profiles/:id': {
    good: async (lab) => ({ ...(await aProfile(lab)), body: { description: 'changed' } }),
    says: { description: 'changed' },
    bad: { body: { mode: 'cloud' } },
  },
  'DELETE /api/v1/engines/profiles/:id': { good: aProfile, says: { deleted: true } },
  'POST /api/v1/engines/agents/:id/install': onAgent,
  'POST /api/v1/engines/agents/:id/start': onAgent,
  'POST /api/v1/engines/agents/:id/stop': onAgent,
}
