import type { Lab } from './_contract-lab.ts'
import { PAGING, type Rows } from './_contract-rows.ts'

const tokenOf = (lab: Lab) => ({ name: lab.name('token'), scope: 'read' })

async function aToken(lab: Lab) {
  const { id } = (await lab.admin('POST', '/tokens', tokenOf(lab))).body
  return { params: { id: id as string } }
}

const shareOf = async (lab: Lab) => ({
  name: lab.name('share'),
  view: { kind: 'result', id: await lab.result() },
})

async function aShare(lab: Lab) {
  const share = await shareOf(lab)
  const { id, secret } = (await lab.admin('POST', '/shares', share)).body
  return { params: { id: id as string }, secret: secret as string, result: share.view.id }
}

/** Tokens by scope, the audit, and links that show one view. */
export const ACCESS: Rows = {
  'GET /api/v1/audit': {
    ...PAGING,
    good: async (lab) => {
      const { id } = (await aToken(lab)).params
      return { query: `?target=${id}` }
    },
    says: { total: 1, items: [{ actor: 'admin', action: 'tokens.create', outcome: 'done' }] },
  },
  'GET /api/v1/shares': PAGING,
  'POST /api/v1/shares': {
    status: 201,
    good: async (lab) => ({ body: await shareOf(lab) }),
    bad: { body: { name: 'x', view: { kind: 'all' } } },
    also: async (lab, expect) => {
      const view = { kind: 'result', id: 'none' }
      await expect(404, { body: { name: 'x', view } }, /not there/)
      const late = { ...(await shareOf(lab)), expires_at: '2100-01-01' }
      await expect(400, { body: late }, /within a year/)
    },
  },
  'DELETE /api/v1/shares/:id': { good: aShare, says: { deleted: true } },
  'GET /api/v1/shared': {
    good: async (lab) => ({ headers: { 'Kitt-Share': (await aShare(lab)).secret } }),
    says: { kind: 'result', result: { agent_id: null } },
    also: async (lab, expect) => {
      await expect(401, {}, /kitt-share: <secret>/)
      const { secret, result } = await aShare(lab)
      await lab.admin('DELETE', `/results/${result}`)
      await expect(404, { headers: { 'Kitt-Share': secret } }, /not there/)
      const wrong = { headers: { 'Kitt-Share': 'share_wrong' } }
      await expect(403, wrong, /This link is unknown/)
      await expect(429, wrong, /Too many wrong/)
    },
  },
  'GET /api/v1/tokens': { ...PAGING, says: { page: 1 } },
  'POST /api/v1/tokens': {
    status: 201,
    good: (lab) => ({ body: tokenOf(lab) }),
    bad: { body: { name: 'admin', scope: 'all' } },
    also: async (lab, expect) => {
      await expect(400, { body: { ...tokenOf(lab), expires_at: '2001-01-01' } }, /time to come/)
      const taken = tokenOf(lab)
      await expect(201, { body: taken })
      await expect(400, { body: taken }, /there is a token/)
    },
  },
  'GET /api/v1/tokens/current': {
    says: { scope: 'agent', expires_at: null },
    also: async (lab, expect) => {
      await expect(200, { token: lab.runner }, { name: 'runner', scope: 'run' })
      await expect(200, { token: lab.server.token }, { name: 'admin', scope: 'admin' })
    },
  },
  'DELETE /api/v1/tokens/:id': { good: aToken, says: { deleted: true } },
}
