import { statSync } from 'node:fs'
import { type AgentConfig, agentConfigFile, readAgentConfig } from '../../agent/agent-config.ts'
import { type Client, createClient } from '../../app/client/client.ts'
import { readIdentity } from '../connection/client-identity.ts'
import { explaining, only } from '../connection/connect.ts'
import { pinnedFetch } from '../connection/pinned-fetch.ts'

type Reached = Pick<AgentConfig, 'server' | 'ca' | 'client_cert' | 'client_key'>

/** How an agent reaches its server: its CA is the only one that is trusted, where there is one. */
export const agentFetch = ({ server, ca, ...files }: Reached): typeof fetch =>
  explaining(server, pinnedFetch({ ca: only(ca), identity: readIdentity(files) }))

/** Commands and settings are small: a server that sends more has gone wrong. In bytes. */
const ANSWER_MAX = 8 * 1024 * 1024

/** The client of an agent. It takes a token that `kitt agent init` was given while the agent runs. */
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
