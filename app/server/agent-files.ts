import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AgentFiles, Archive, Authority } from '../distribution/files.ts'
import type { ServedCertificate } from './certificate.ts'
import { sha256, version } from './runtime.ts'

// Beside the built program, and where the build puts it when the program runs from its source.
const PLACES = ['../../agent/', '../../dist/agent/']

/**
 * The archives of the agent, read once into memory, and the script that installs it.
 * @param certificate what is served, once it is known
 */
export function readAgentFiles(certificate: () => ServedCertificate | undefined): AgentFiles {
  let known: Authority | undefined
  return {
    package: readArchive(`kitt-agent-${version}.tgz`),
    buildContext: readArchive(`kitt-agent-build-context-${version}.tgz`),
    installScript: readFileSync(new URL('../distribution/install.sh', import.meta.url), 'utf8'),
    authority() {
      const { caFile, fingerprint } = certificate() ?? {}
      if (caFile !== undefined && fingerprint !== undefined && known?.fingerprint !== fingerprint)
        known = { pem: firstCertificate(readFileSync(caFile, 'utf8')), fingerprint }
      return known
    },
  }
}

/** Only what the fingerprint is of: whoever trusts a file trusts all that is in it. */
const firstCertificate = (pem: string) => `${pem.slice(0, pem.indexOf(END) + END.length)}\n`
const END = '-----END CERTIFICATE-----'

function readArchive(filename: string): Archive | undefined {
  for (const place of PLACES) {
    try {
      const bytes = new Uint8Array(
        readFileSync(fileURLToPath(new URL(`${place}${filename}`, import.meta.url))),
      )
      return { filename, bytes, sha256: sha256(bytes) }
    } catch {
      // Not built there.
    }
  }
  return undefined
}
