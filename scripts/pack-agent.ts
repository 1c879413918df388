import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TarFile, tarGzip } from '../lib/tar.ts'
import packageJson from '../package.json' with { type: 'json' }
import { licencesOf } from './licences.ts'

const { version } = packageJson
const MAX_BYTES = 2 * 1024 * 1024

/**
 * Packs the bundled agent and the build context of its container image: two reproducible archives in `folder`.
 * @param modules the files in the bundle
 */
export function packAgent(bundle: string, modules: readonly string[], folder: string): void {
  const program: TarFile[] = [
    { path: 'kitt-agent.mjs', content: readFileSync(bundle), mode: 0o755 },
    { path: 'kitt', content: readFileSync('packaging/agent/kitt'), mode: 0o755 },
    { path: 'README.md', content: readFileSync('packaging/agent/README.md'), mode: 0o644 },
    { path: 'LICENSE', content: readFileSync('LICENSE'), mode: 0o644 },
    { path: 'LICENSES-OF-PARTS', content: Buffer.from(licencesOf(modules)), mode: 0o644 },
  ]
  const inside = (name: string) => program.map((file) => ({ ...file, path: `${name}/${file.path}` }))
  const dockerfile = { path: 'Dockerfile', content: readFileSync('packaging/agent/Dockerfile'), mode: 0o644 }
  mkdirSync(folder, { recursive: true })
  write(join(folder, `kitt-agent-${version}.tgz`), inside(`kitt-agent-${version}`))
  write(join(folder, `kitt-agent-build-context-${version}.tgz`), [dockerfile, ...inside('kitt-agent')])
}

function write(path: string, files: TarFile[]) {
  const bytes = tarGzip(files)
  if (bytes.byteLength > MAX_BYTES)
    throw new Error(`${path} has ${bytes.byteLength} bytes: it must stay under 2 MB.`)
  // Atomic: a server may be reading it.
  writeFileSync(`${path}.new`, bytes)
  renameSync(`${path}.new`, path)
}
