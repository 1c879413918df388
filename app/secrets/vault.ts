import { mapSecrets, mapTexts } from '../../lib/find-secrets.ts'
import { BadRequest, Unavailable } from '../errors.ts'

/** Storage of the key that encrypts secrets: 32 bytes. */
export type SecretKey = {
  /** Undefined without a valid key. */
  read(): Uint8Array<ArrayBuffer> | undefined
  /** Makes and stores one. */
  make(): Uint8Array<ArrayBuffer>
  /** Its location, for messages. */
  place: string
}

/** Encrypts the secrets in JSON values (AES-256-GCM); an encrypted secret is a word in the text. */
export type Vault = {
  /** Encrypts the plain secrets of a value; makes the key if there is none. @throws Unavailable */
  seal<T>(value: T): Promise<T>
  /** Decrypts the secrets of a value. @throws SecretsLost */
  open<T>(value: T): Promise<T>
  /** A sentence if the stored key cannot decrypt the secrets of this JSON. */
  problem(sealed: string): string | undefined
}

/** A secret cannot be decrypted: the key is another one, or the secret is damaged. The message says what to do. */
export class SecretsLost extends Error {
  override name = 'SecretsLost'
}

/** `$sealed:v1:` key id `:` secret id `:` nonce `:` ciphertext, the last two in base64url. */
const SEALED = /\$sealed:v1:([0-9a-f]{8}):([0-9a-f]{8}):([\w-]+):([\w-]+)/g
/** Shown instead of a secret; a client may send it back to keep the secret. */
const MASK = /\[secret:([0-9a-f]{8})\]/g
const SEALED_OR_MASK = new RegExp(`^(?:${SEALED.source}|${MASK.source})$`)

/** JSON, as a value or as text, with masks instead of secrets; unchanged without any. */
export const masked = <T>(value: T): T =>
  holdsSealed(value) ? (mapTexts(value, (text) => text.replace(SEALED, '[secret:$2]')) as T) : value

function holdsSealed(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('$sealed:')
  if (typeof value !== 'object' || value === null) return false
  for (const one of Object.values(value)) if (holdsSealed(one)) return true
  return false
}

/**
 * Replaces masks by the encrypted secrets of `stored`, but only where a secret belongs, such as in `headers`: any other
 * text is shown as it is.
 * @param path the name of the value, for the error
 * @throws BadRequest for a mask of no stored secret, or where no secret belongs
 */
export function restored<T>(value: T, stored: unknown, path: string): T {
  const kept = new Map([...JSON.stringify(stored ?? null).matchAll(SEALED)].map(([text, , id]) => [id, text]))
  const refuse = (mask: string, why: string): never => {
    const message = `${mask} ${why}`
    throw new BadRequest(`${path}: ${message}`, { details: [{ path, message }] })
  }
  const secrets = mapSecrets(value, (text) =>
    text.replace(
      MASK,
      (mask, id: string) =>
        kept.get(id) ?? refuse(mask, 'stands for a secret that is not stored here: send the secret itself.'),
    ),
  )
  mapTexts(secrets, (text) =>
    text.replace(MASK, (mask) =>
      refuse(mask, 'stands where no secret is expected, and would be shown there.'),
    ),
  )
  return secrets as T
}

/** As {@link restored}, of a JSON text, which stays as it is without a mask. @throws BadRequest */
export const restoredText = (text: string, stored: unknown, path: string): string =>
  text.search(MASK) === -1 ? text : JSON.stringify(restored(JSON.parse(text), stored, path))

export function createVault(key: SecretKey, sha256: (data: Uint8Array) => string): Vault {
  let current: { id: string; key: Promise<CryptoKey> } | undefined
  const use = (bytes: Uint8Array<ArrayBuffer>) => ({
    id: sha256(bytes).slice(0, 8),
    key: crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']),
  })
  const existing = () => {
    const bytes = current ? undefined : key.read()
    if (bytes) current = use(bytes)
    return current
  }
  const required = () => {
    const found = existing()
    if (found) return found
    try {
      current = use(key.make())
    } catch (error) {
      throw new Unavailable(
        error instanceof Error
          ? error.message
          : 'No secret key could be made. Check the permissions of the home folder.',
      )
    }
    return current
  }

  const sealOne = async (secret: string): Promise<string> => {
    const { id, key: secretKey } = required()
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await secretKey, encoder.encode(secret))
    const own = hex(crypto.getRandomValues(new Uint8Array(4)))
    return `$sealed:v1:${id}:${own}:${base64url(iv)}:${base64url(new Uint8Array(data))}`
  }
  const openOne = async ([, id = '', , iv = '', data = '']: RegExpMatchArray): Promise<string> => {
    const found = existing()
    if (found?.id !== id) throw new SecretsLost(wrongKey(key.place, found !== undefined))
    try {
      const algorithm = { name: 'AES-GCM', iv: bytesOf(iv) }
      return decoder.decode(await crypto.subtle.decrypt(algorithm, await found.key, bytesOf(data)))
    } catch {
      throw new SecretsLost('A stored secret is damaged. Set it again in the engine profile or the settings.')
    }
  }

  return {
    async seal<T>(value: T): Promise<T> {
      const sealed = new Map<string, string>()
      mapSecrets(value, (secret) => {
        if (!SEALED_OR_MASK.test(secret)) sealed.set(secret, '')
        return secret
      })
      for (const secret of sealed.keys()) sealed.set(secret, await sealOne(secret))
      return sealed.size === 0 ? value : (mapSecrets(value, (secret) => sealed.get(secret) ?? secret) as T)
    },
    async open<T>(value: T): Promise<T> {
      const plain = new Map<string, string>()
      for (const match of JSON.stringify(value ?? null).matchAll(SEALED))
        plain.set(match[0], await openOne(match))
      if (plain.size === 0) return value
      return mapTexts(value, (text) => text.replace(SEALED, (one) => plain.get(one) ?? one)) as T
    },
    problem(sealed) {
      const ids = new Set([...sealed.matchAll(SEALED)].map(([, id]) => id))
      if (ids.size === 0) return undefined
      const found = existing()
      if (!found) return wrongKey(key.place, false)
      return [...ids].every((id) => id === found.id) ? undefined : wrongKey(key.place, true)
    },
  }
}

const wrongKey = (place: string, another: boolean): string =>
  `The key of the stored secrets is ${another ? 'not the one in' : 'missing from'} ${place}: put the old key back, or set the secrets again in the engine profiles, tests and settings.`

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (mark) =>
    mark === '+' ? '-' : mark === '/' ? '_' : '',
  )

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (mark) => mark.charCodeAt(0))
