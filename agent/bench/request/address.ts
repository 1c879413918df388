/** Where the parts of an engine's API are. */
export interface EngineAddress {
  chat: URL
  completions: URL
  models: URL
  /** The engine itself, for what lies outside its API: `/health`, `/metrics`. Without a slash at its end. */
  root: string
}

const ENDPOINT = /\/(?:chat\/completions|completions|models|embeddings)$/

/**
 * Takes the address of an engine at its word: `/v1` is added only where it has no path. A versioned path
 * (`/api/paas/v4`), a query (`?api-version=`) and a whole endpoint (`…/chat/completions`) are used as given.
 * @throws one sentence when it is no http(s) URL or holds credentials
 */
export function engineAddress(baseUrl: string): EngineAddress {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error('The address of the engine must be an http or https URL.')
  if (url.username || url.password)
    throw new Error('The address of the engine must hold no credentials; give the key apart.')
  url.hash = ''
  const path = url.pathname.replace(/\/+$/, '')
  const whole = ENDPOINT.exec(path)?.[0]
  const base = whole === undefined ? path || '/v1' : path.slice(0, -whole.length)
  const at = (endpoint: string) => {
    const one = new URL(url)
    one.pathname = base + endpoint
    return one
  }
  const given = (endpoint: string) => (whole === endpoint ? new URL(url) : at(endpoint))
  return {
    chat: whole === '/completions' ? at('/chat/completions') : given('/chat/completions'),
    completions: given('/completions'),
    models: given('/models'),
    root: url.origin + base.replace(/\/v1$/, ''),
  }
}

/** The address of an engine without its `/v1`: what `/health` and the like are asked of. */
export const engineRoot = (baseUrl: string): string => engineAddress(baseUrl).root

const SECRET = /key|token|secret|sig|password|auth|code/i

/** An address as a result may hold it: the values of its query that look like secrets are hidden. */
export function addressWithoutSecrets(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  const secret = [...(url?.searchParams.keys() ?? [])].filter((name) => SECRET.test(name))
  if (!url || secret.length === 0) return address
  for (const name of secret) url.searchParams.set(name, 'hidden')
  return url.href
}

/** An address as it may be shown: without its query, which may hold a key. */
export const shownAddress = (url: URL): string => `${url.origin}${url.pathname}${url.search ? '?…' : ''}`
