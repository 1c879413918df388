import { shellQuote } from '../../lib/shell.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import type { AgentFiles, Archive, Authority } from './files.ts'
import type { InstallQuery } from './schema.ts'

/** @throws NotFound where it was not built */
export function archiveOf({ agentFiles }: Deps, which: 'package' | 'buildContext'): Archive {
  const archive = agentFiles?.[which]
  if (!archive) throw new NotFound('The agent was not packed on this server: build it with "npm run build".')
  return archive
}

/** @throws NotFound where the certificate is one that everybody trusts, or there is none */
export function authorityOf({ agentFiles }: Deps): Authority {
  const authority = agentFiles?.authority()
  if (!authority) throw new NotFound('This server has no CA of its own that would have to be trusted.')
  return authority
}

/** SHA-256 of the file that holds this server's CA, if it has one of its own. */
export function caDigest({ agentFiles, sha256 }: Deps): string | undefined {
  const authority = agentFiles?.authority()
  return authority && sha256(authority.pem)
}

/** The place in the script where the values of this server stand. */
const VALUES = /^# <values>$[\s\S]*^# <\/values>$/m

/** The script that installs an agent: what differs from server to server is put in, each value as one shell word. */
export function installScript({ agentFiles }: Deps, server: string, query: InstallQuery): string {
  const values = { server, name: query.name ?? '', port: query.port ?? '' }
  const lines = Object.entries(values).map(([key, value]) => `${key}=${shellQuote(value)}`)
  const [before, after] = aroundValues(scriptOf(agentFiles))
  return before + lines.join('\n') + after
}

/** The parts of the script before and after its values, found once: the script of a server stays the same. */
let last: { script: string; around: [before: string, after: string] } | undefined

function aroundValues(script: string): [before: string, after: string] {
  if (last?.script !== script) {
    const values = VALUES.exec(script)
    const at = values?.index ?? script.length
    last = { script, around: [script.slice(0, at), script.slice(at + (values?.[0].length ?? 0))] }
  }
  return last.around
}

function scriptOf(files: AgentFiles | undefined): string {
  if (!files) throw new NotFound('This server hands out no agents.')
  return files.installScript
}
