import { shellQuote } from '../../lib/shell.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import type { AgentFiles, Archive, Authority } from './files.ts'
import type { InstallQuery } from './schema.ts'

/** @throws NotFound if it was not built */
export function archiveOf({ agentFiles }: Deps, which: 'package' | 'buildContext'): Archive {
  const archive = agentFiles?.[which]
  if (!archive) throw new NotFound('The agent was not packed on this server: build it with "npm run build".')
  return archive
}

/** @throws NotFound if the certificate is publicly trusted, or there is none */
export function authorityOf({ agentFiles }: Deps): Authority {
  const authority = agentFiles?.authority()
  if (!authority) throw new NotFound('This server has no CA of its own: agents need none.')
  return authority
}

/** SHA-256 of the server's CA file, if it has its own CA. */
export function caDigest({ agentFiles, sha256 }: Deps): string | undefined {
  const authority = agentFiles?.authority()
  return authority && sha256(authority.pem)
}

/** The part of the script that is replaced with this server's values. */
const VALUES = /^# <values>$[\s\S]*^# <\/values>$/m

/** The install script with this server's values, quoted for the shell. @throws NotFound */
export function installScript({ agentFiles }: Deps, server: string, query: InstallQuery): Bytes {
  const { name = '', port = '' } = query
  const script = scriptOf(agentFiles)
  // The whole fleet is installed from the same server: mostly the values are those of before.
  const isSame = last?.script === script && last.server === server && last.name === name && last.port === port
  if (last && isSame) return last.bytes
  const lines = Object.entries({ server, name, port }).map(([key, value]) => `${key}=${shellQuote(value)}`)
  const bytes = new TextEncoder().encode(script.replace(VALUES, () => lines.join('\n')))
  last = { script, server, name, port, bytes }
  return bytes
}

type Bytes = Uint8Array<ArrayBuffer>
type Rendered = { script: string; server: string; name: string; port: string; bytes: Bytes }
let last: Rendered | undefined

function scriptOf(files: AgentFiles | undefined): string {
  if (!files) throw new NotFound('This server does not offer the agent for download.')
  return files.installScript
}

type Choice = {
  name?: string | undefined
  port?: number | undefined
  /** SHA-256 of the server's CA file, if its certificate is not publicly trusted. */
  caDigest?: string | undefined
}

/**
 * The shell command that installs an agent on a GPU host. It contains no secret: the script reads the token from
 * KITT_TOKEN or asks for it. A CA is downloaded first, and must have the digest in the command.
 */
export function installCommand(baseUrl: string, { name, port, caDigest }: Choice): string {
  const query = new URLSearchParams()
  if (name) query.set('name', name)
  if (port) query.set('port', String(port))
  const base = `${baseUrl}/api/v1/agent`
  const url = shellQuote(`${base}/install.sh${query.size > 0 ? `?${query}` : ''}`)
  if (!caDigest || !baseUrl.startsWith('https:')) return `curl -fsSL ${url} | bash`
  return [
    `ca=$(mktemp) && curl -fsSko "$ca" ${shellQuote(`${base}/ca.pem`)}`,
    `{ { sha256sum || shasum -a 256; } <"$ca" 2>/dev/null | grep -q '^${caDigest} ' || { echo 'The CA does not match: nothing was installed. Copy the command again.' >&2; false; }; }`,
    `curl -fsS --cacert "$ca" ${url} | KITT_CA="$ca" bash`,
  ].join(' && ')
}
