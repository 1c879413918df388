import { z } from 'zod'
import * as S from '../agents/schema.ts'
import { changeAgent, getAgent, listAgents, queueCommand } from '../agents/service.ts'
import { changeAgentSettings, getAgentSettings } from '../agents/settings.ts'
import { createVirtualAgent, provisionAgent, rotateToken } from '../agents/tokens.ts'
import type { Deps } from '../deps.ts'
import { reachableUrl } from '../distribution/address.ts'
import { caDigest, installCommand } from '../distribution/service.ts'
import { ById } from '../http/by-id.ts'
import { router } from '../http/env.ts'
import { Paging, Text } from '../http/fields.ts'
import { validate } from '../http/validate.ts'
import { deleteAgent } from '../queue/delete-agent.ts'
import { heartbeat } from '../queue/heartbeat.ts'
import { registerAgent } from '../queue/register.ts'
import { reportResult } from '../queue/report-result.ts'
import { ResultReport } from '../results/schema.ts'
import { audited } from './audited.ts'
import { documentBody } from './document-body.ts'

const IdOrName = validate('param', z.object({ id: Text(200).min(1) }))

export const agentsRouter = (deps: Deps) =>
  router()
    .get('/', validate('query', S.AgentQuery.extend(Paging.shape)), async (c) =>
      deps.answers.json(c, () => listAgents(deps, c.req.valid('query'))),
    )
    .post('/register', validate('json', S.AgentRegistration), async (c) =>
      c.json(await registerAgent(deps, c.get('principal'), c.req.valid('json')), 201),
    )
    .post('/provision', validate('json', S.AgentProvision), async (c) => {
      const input = c.req.valid('json')
      const made = await provisionAgent(audited(deps, c), input)
      return c.json({ ...made, ...installing(deps, c.get('origin'), input) }, 201)
    })
    .post('/virtual', validate('json', S.VirtualAgent), async (c) =>
      c.json(await createVirtualAgent(audited(deps, c), c.req.valid('json').name), 201),
    )
    .get('/:id', ById, async (c) => deps.answers.json(c, () => getAgent(deps, c.req.valid('param').id)))
    .patch('/:id', ById, validate('json', S.AgentChange), async (c) => {
      await changeAgent(audited(deps, c), c.req.valid('param').id, c.req.valid('json'))
      return c.json({ updated: true as const }, 200)
    })
    .delete('/:id', ById, async (c) => {
      await deleteAgent(audited(deps, c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    })
    .post('/:id/heartbeat', IdOrName, validate('json', S.Heartbeat), async (c) =>
      c.json(await heartbeat(deps, c.get('principal'), c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .post('/:id/results', IdOrName, documentBody(deps, 'report', ResultReport), async (c) => {
      const principal = c.get('principal')
      const taken = await reportResult(deps, principal, c.req.valid('param').id, c.req.valid('json'))
      return c.json({ accepted: true as const, ...taken }, 202)
    })
    .get('/:id/settings', ById, async (c) =>
      deps.answers.json(c, () => getAgentSettings(deps, c.req.valid('param').id)),
    )
    .put('/:id/settings', ById, validate('json', S.AgentSettingsChange), async (c) => {
      await changeAgentSettings(audited(deps, c), c.req.valid('param').id, c.req.valid('json'))
      return c.json({ updated: true as const }, 200)
    })
    .post('/:id/cleanup', ById, validate('json', S.CleanupRequest), async (c) => {
      const payload = { model_path: c.req.valid('json').model_path ?? '' }
      const command_id = await queueCommand(
        audited(deps, c),
        c.req.valid('param').id,
        'cleanup_storage',
        payload,
      )
      return c.json({ queued: true as const, command_id }, 202)
    })
    .post('/:id/rotate-token', ById, async (c) => {
      const { name, port, ...made } = await rotateToken(audited(deps, c), c.req.valid('param').id)
      return c.json({ ...made, ...installing(deps, c.get('origin'), { name, port: port ?? undefined }) }, 200)
    })

/** The command that installs an agent, and why it may not work. */
function installing(
  deps: Deps,
  origin: string,
  about: { name?: string | undefined; port?: number | undefined },
) {
  const { url, warning } = reachableUrl(deps, origin)
  const install_command = installCommand(url, { ...about, caDigest: caDigest(deps) })
  return { install_command, ...(warning === undefined ? {} : { warning }) }
}
