import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issueAuthority, issueLeaf, type KeyPair } from '../../app/server/tls/issue.ts'

const NAMES = ['localhost', '127.0.0.1', '::1']

export const newDirectory = () => {
  const dir = mkdtempSync(join(tmpdir(), 'kitt-test-'))
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

/** A CA and a certificate for this machine under it, made at `now`. */
export async function newIdentity(
  now = new Date(),
  names = NAMES,
): Promise<{ authority: KeyPair; leaf: KeyPair }> {
  const authority = await issueAuthority(NAMES, now)
  return { authority, leaf: await issueLeaf(authority, names, now) }
}

/** Writes a pair as `<name>.pem` and `<name>-key.pem` and returns the paths. */
export function writePair(dir: string, name: string, pair: KeyPair): { cert: string; key: string } {
  const files = { cert: join(dir, `${name}.pem`), key: join(dir, `${name}-key.pem`) }
  writeFileSync(files.cert, pair.cert)
  writeFileSync(files.key, pair.key)
  return files
}
