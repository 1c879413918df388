import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AgentFiles, Archive, Authority } from '../distribution/files.ts'
import type { ServedCertificate } from './certificate.ts'
import { sha256, version } from './runtime.ts'

// From the files of the built program, and from the source.
const PLACES = ['../agent/', '../../dist/agent/']
const SCRIPTS = ['../app/distribution/', '../distribution/']

/**
 * The archives of the agent, read once into memory, and the script that installs it.
 * @param certificate what is served, once it is known
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

/** Only what the fingerprint is of: whoever trusts a file trusts all that is in it. */
const firstCertificate = (pem: string) => `${pem.slice(0, pem.indexOf(END) + END.length)}\n`
const END = '-----END CERTIFICATE-----'

function readArchive(filename: string): Archive | undefined {
  const bytes = readShipped(filename, PLACES)
  return bytes && { filename, bytes, sha256: sha256(bytes) }
}

/** A file from the first of the places where it is; undefined where it was not built. */
function readShipped(filename: string, places: string[]): Uint8Array<ArrayBuffer> | undefined {
  const found = places
    .map((place) => fileURLToPath(new URL(`${place}${filename}`, import.meta.url)))
    .find((path) => existsSync(path))
  return found === undefined ? undefined : new Uint8Array(readFileSync(found))
}
