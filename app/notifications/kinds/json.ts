import { iso } from '../../clock.ts'
import { type Letter, linksOf } from './letter.ts'

/** A message of the Standard Webhooks specification. */
export function jsonBody(letter: Letter): string {
  const { type, at, notice } = letter
  const links = Object.fromEntries(linksOf(letter).map(({ name, url }) => [name, url]))
  const { title, lines, data } = notice
  return JSON.stringify({ type, timestamp: iso(at), data: { title, text: lines.join('\n'), links, ...data } })
}

/** A new secret of signatures: `whsec_` and 256 random bits in base64. */
export const newSigningSecret = (): string => `whsec_${base64(crypto.getRandomValues(new Uint8Array(32)))}`

/** The key of a secret. */
export function signingKey(secret: string): Promise<CryptoKey> {
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (mark) => mark.charCodeAt(0))
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

/** The headers of the Standard Webhooks specification. @param now epoch ms */
export async function signedHeaders(
  key: CryptoKey,
  { id, body, now }: { id: string; body: string; now: number },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000))
  const signed = await crypto.subtle.sign('HMAC', key, encoder.encode(`${id}.${timestamp}.${body}`))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${base64(new Uint8Array(signed))}`,
  }
}

const encoder = new TextEncoder()

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
