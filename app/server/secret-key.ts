import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SecretKey } from '../secrets/vault.ts'

const BYTES = 32

/** The key of the secrets in `$KITT_HOME/secret-key` (mode 0600, base64). An invalid file counts as no key. */
export function storedSecretKey(home: string): SecretKey {
  const place = join(home, 'secret-key')
  const read = () => {
    const bytes = new Uint8Array(Buffer.from(textOf(place).trim(), 'base64'))
    return bytes.length === BYTES ? bytes : undefined
  }
  const make = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(BYTES))
    const fresh = `${place}.${process.pid}`
    writeFileSync(fresh, `${Buffer.from(bytes).toString('base64')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    try {
      // Fails if another process has made a key meanwhile; that one is used.
      linkSync(fresh, place)
      return bytes
    } catch (error) {
      const other = read()
      if (other) return other
      throw new Error(
        `The secret key cannot be written to ${place}: ${error instanceof Error ? error.message : String(error)}. Move away the file that is there.`,
      )
    } finally {
      rmSync(fresh, { force: true })
    }
  }
  return { read, make, place }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
