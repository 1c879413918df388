import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AgentFiles, Archive, Authority } from '../distribution/files.ts'
import type { ServedCertificate } from './certificate.ts'
import { sha256, version } from './runtime.ts'

// Relative to the built program, and to the source.
const PLACES = ['../agent/', '../../dist/agent/']
const SCRIPTS = ['../app/distribution/', '../distribution/']

/**
 * Reads the agent's archives and its install script into memory.
 * @param certificate the served certificate, once it is known
 */
export function readAgentFiles(certificate: () => ServedCertificate | undefined): AgentFiles {
  let known: Authority | undefined
  return {
    package: readArchive(`kitt-agent-${version}.tgz`),
    buildContext: readArchive(`kitt-agent-build-context-${version}.tgz`),
    installScript: new TextDecoder().decode(readShipped('install.sh', SCRIPTS)),
    authority() {
      const { caFile, fingerprint } = certificate() ?? {}
      if (caFile !== undefined && fingerprint !== undefined && known?.fingerprint !== fingerprint)
        known = { pem: firstCertificate(readFileSync(caFile, 'utf8')), fingerprint }
      return known
    },
  }
}

/** Only the certificate that the fingerprint covers: clients trust every certificate in the file. */
const firstCertificate = (pem: string) => `${pem.slice(0, pem.indexOf(END) + END.length)}\n`
const END = '-----END CERTIFICATE-----'

function readArchive(filename: string): Archive | undefined {
  const bytes = readShipped(filename, PLACES)
  return bytes && { filename, bytes, sha256: sha256(bytes) }
}

/** The file from the first place that has it; undefined if it was not built. */
function readShipped(filename: string, places: string[]): Uint8Array<ArrayBuffer> | undefined {
  const found = places
    .map((place) => fileURLToPath(new URL(`${place}${filename}`, import.meta.url)))
    .find((path) => existsSync(path))
  return found === undefined ? undefined : new Uint8Array(readFileSync(found))
}
