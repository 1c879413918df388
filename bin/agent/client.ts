import { statSync } from 'node:fs'
import { type AgentConfig, agentConfigFile, readAgentConfig } from '../../agent/agent-config.ts'
import { type Client, createClient } from '../../app/client/client.ts'
import { readIdentity } from '../connection/client-identity.ts'
import { only, withErrorMessages } from '../connection/connect.ts'
import { pinnedFetch } from '../connection/pinned-fetch.ts'

type Reached = Pick<AgentConfig, 'server' | 'ca' | 'client_cert' | 'client_key'>

/** The fetch of an agent; a configured CA is the only one it trusts. */
export const agentFetch = ({ server, ca, ...files }: Reached): typeof fetch =>
  withErrorMessages(server, pinnedFetch({ ca: only(ca), identity: readIdentity(files) }))

/** The largest response that is read, in bytes: commands and settings are small. */
const ANSWER_MAX = 8 * 1024 * 1024

/** The client of an agent. It uses a new token as soon as `kitt agent init` has saved it. */
export function agentClient(home: string, config: AgentConfig): Client {
  const send = agentFetch(config)
  const token = currentToken(home, config.token)
  const authorized: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('Authorization', `Bearer ${token()}`)
    return send(input, { ...init, headers })
  }
  return createClient({ baseUrl: config.server, fetch: authorized, maxAnswerBytes: ANSWER_MAX })
}

function currentToken(home: string, first: string): () => string {
  let token = first
  let read = changedAt(home)
  return () => {
    const changed = changedAt(home)
    if (changed !== read) token = newToken(home) ?? token
    read = changed
    return token
  }
}

const changedAt = (home: string) => statSync(agentConfigFile(home), { throwIfNoEntry: false })?.mtimeMs

function newToken(home: string): string | undefined {
  try {
    return readAgentConfig(home).token
  } catch {
    return undefined
  }
}
