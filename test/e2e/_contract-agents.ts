import { expect as that } from 'vitest'
import type { Lab } from './_contract-lab.ts'
import { PAGING, type Row, type Rows } from './_contract-rows.ts'

const ofA = (lab: Lab) => ({ params: { id: lab.a.id } })
const ofAnother = async (lab: Lab) => ({ params: { id: (await lab.agent(lab.name('agent'))).id } })
const TOKEN = { token: that.any(String), token_prefix: that.stringMatching(/^.{8}$/) }

/** What agents say, and what is done with them. */
export const AGENTS: Rows = {
  'GET /api/v1/agents': { ...PAGING, says: { page: 1, per_page: 25 } },
  'POST /api/v1/agents/register': {
    status: 201,
    good: (lab) => ({ body: { name: lab.a.name, hostname: 'h', a_key_of_the_future: 1 } }),
    says: { heartbeat_interval_s: 30 },
    bad: { body: { name: '' } },
  },
  'POST /api/v1/agents/provision': {
    status: 201,
    good: (lab) => ({ body: { name: lab.name('provisioned'), port: 8123 } }),
    says: { ...TOKEN, install_command: that.stringContaining('/api/v1/agent/install.sh?') },
    bad: { body: { port: 0 } },
    also: async (lab, expect) => {
      await expect(400, { body: { name: lab.a.name } }, /agent-a/)
    },
  },
  'POST /api/v1/agents/virtual': { status: 201, good: () => ({ body: {} }), bad: { body: { name: '' } } },
  'GET /api/v1/agents/:id': {
    good: ofA,
    says: { name: 'agent-a', token_prefix: that.stringMatching(/^.{8}$/) },
  },
  'PATCH /api/v1/agents/:id': {
    good: (lab) => ({ ...ofA(lab), body: { notes: 'n', tags: ['t'], schedulable: true } }),
    says: { updated: true },
    bad: { body: { tags: 't' } },
  },
  'DELETE /api/v1/agents/:id': { good: ofAnother, says: { deleted: true } },
  'POST /api/v1/agents/:id/heartbeat': {
    good: (lab) => ({ ...ofA(lab), body: { uptime_s: 1, a_key_of_the_future: 1 } }),
    says: { ack: true },
    bad: { body: { uptime_s: 'long' } },
  },
  'POST /api/v1/agents/:id/results': {
    status: 202,
    good: (lab) => ({ ...ofA(lab), body: { command_id: 'c', result_data: { model: 'm', engine: 'e' } } }),
    says: { accepted: true },
    bad: { body: { command_id: 'c', result_data: { model: 'm' } } },
  },
  'GET /api/v1/agents/:id/settings': { good: ofA, says: { heartbeat_interval_s: '30' } },
  'PUT /api/v1/agents/:id/settings': {
    good: (lab) => ({ ...ofA(lab), body: { heartbeat_interval_s: '30' } }),
    says: { updated: true },
    bad: { body: { heartbeat_interval_s: '9' } },
    also: async (lab, expect) => {
      await expect(400, { ...ofA(lab), body: { unknown: 'x' } }, /^unknown: is not a known field/)
    },
  },
  'POST /api/v1/agents/:id/cleanup': {
    status: 202,
    good: (lab) => ({ ...ofA(lab), body: { model_path: 'm' } }),
    says: { queued: true },
    bad: { body: { model_path: 1 } },
  },
  'POST /api/v1/agents/:id/rotate-token': { good: ofAnother, says: TOKEN },
}

const archive: Row = { elsewhere: { 404: /npm run build/ } }
const digest: Row = {
  ...archive,
  says: {
    sha256: that.stringMatching(/^[0-9a-f]{64}$/),
    filename: that.stringMatching(/^kitt-agent.*\.tgz$/),
  },
}

/** What agents download. */
export const DISTRIBUTION: Rows = {
  'GET /api/v1/agent/install.sh': {
    embedded: 404,
    good: () => ({ query: '?port=8123&name=gpu' }),
    says: /^name='gpu'$/m,
    bad: { query: '?port=0' },
  },
  'GET /api/v1/agent/ca.pem': {
    elsewhere: { 200: /^-----BEGIN CERTIFICATE-----\n/ },
    also: async (_, expect) => {
      await expect(404, {}, /no CA/)
    },
  },
  'GET /api/v1/agent/package': archive,
  'GET /api/v1/agent/package/sha256': digest,
  'GET /api/v1/agent/build-context': archive,
  'GET /api/v1/agent/build-context/sha256': digest,
}
