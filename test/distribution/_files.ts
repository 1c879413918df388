import { createHash } from 'node:crypto'
import type { AgentFiles } from '../../app/distribution/files.ts'

/** Stands in for a packed agent, so that nothing has to be built. */
export const bytes = new TextEncoder().encode('not really a tarball')
export const sha256 = createHash('sha256').update(bytes).digest('hex')
const archive = (filename: string) => ({ filename, bytes, sha256 })
export const installScript =
  'set -eu\n# <values>\nserver=\'\'\n# </values>\nprintf "%s|%s|%s" "$server" "$name" "$port"\n'

/** Everything that agents download. */
export const FILES: AgentFiles = {
  package: archive('kitt-agent-9.tgz'),
  buildContext: archive('kitt-agent-build-context-9.tgz'),
  installScript,
  authority: () => ({ pem: 'the CA\n', fingerprint: 'AB:CD' }),
}
