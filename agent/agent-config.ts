import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWholeFile } from '../lib/write-file.ts'

/** An agent's identity and its server. */
export const AgentConfig = z.object({
  server: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1),
  /** The agent's name on the server. */
  name: z.string().min(1),
  /** CA of the server's certificate (PEM), for a private CA. */
  ca: z.string().optional(),
  /** Paths of the client certificate and key (PEM), for a server that requires one. */
  client_cert: z.string().optional(),
  client_key: z.string().optional(),
  /** Programs and folders that the server's profiles may run beside the engines' usual programs. */
  allow_binaries: z.array(z.string().min(1)).optional(),
  port: z.int().min(1).max(65_535).optional(),
})
export type AgentConfig = z.infer<typeof AgentConfig>

/** The agent is not configured, or its configuration is invalid; the message says what to do. */
export class AgentConfigError extends Error {
  override name = 'AgentConfigError'
}

export const agentConfigFile = (home: string): string => join(home, 'agent.json')

type Env = Record<string, string | undefined>

/**
 * Reads this host's configuration from `$KITT_HOME/agent.json`, or in a container from KITT_SERVER, KITT_TOKEN,
 * KITT_NAME and KITT_CA (a file).
 * @throws AgentConfigError
 */
export function readAgentConfig(home: string, env: Env = process.env): AgentConfig {
  const path = agentConfigFile(home)
  const { KITT_SERVER: server, KITT_TOKEN: token, KITT_NAME: name, KITT_CA: ca } = env
  if (!existsSync(path) && !(server && token))
    throw new AgentConfigError('This agent is not configured: run "kitt agent init" first.')
  const value = existsSync(path)
    ? () => JSON.parse(readFileSync(path, 'utf8'))
    : () => ({ server, token, name: name || hostname(), ...(ca ? { ca: readFileSync(ca, 'utf8') } : {}) })
  const config = AgentConfig.safeParse(orUndefined(value))
  if (config.success) return config.data
  throw new AgentConfigError(`${path} cannot be read. Run "kitt agent init" again.`)
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Writes a configuration, readable by its owner alone. @returns its path */
export function writeAgentConfig(home: string, config: AgentConfig): string {
  const path = agentConfigFile(home)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeWholeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  return path
}
