import type { Lab } from './_contract-lab.ts'
import { PAGING, type Rows } from './_contract-rows.ts'

const tokenOf = (lab: Lab) => ({ name: lab.name('token'), scope: 'read' })

async function aToken(lab: Lab) {
  const { id } = (await lab.admin('POST', '/tokens', tokenOf(lab))).body
  return { params: { id: id as string } }
}

/** Tokens by scope. */
export const ACCESS: Rows = {
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
