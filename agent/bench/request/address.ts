/** URLs of an engine's API. */
export interface EngineAddress {
  chat: URL
  completions: URL
  models: URL
  /** Base of paths outside the API, such as `/health` and `/metrics`, without a trailing slash. */
  root: string
}

const ENDPOINT = /\/(?:chat\/completions|completions|models|embeddings)$/

/**
 * Resolves an engine's address: `/v1` is added when it has no path. A versioned path (`/api/paas/v4`), a query
 * (`?api-version=`) and a complete endpoint (`…/chat/completions`) are used as given.
 * @throws when it is not an http(s) URL or has credentials
 */
export function engineAddress(baseUrl: string): EngineAddress {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error('The address of the engine must be an http or https URL.')
  if (url.username || url.password)
    throw new Error('The address of the engine must not have credentials; give the key separately.')
  url.hash = ''
  const path = url.pathname.replace(/\/+$/, '')
  const given = ENDPOINT.exec(path)?.[0]
  const base = given === undefined ? path || '/v1' : path.slice(0, -given.length)
  const at = (endpoint: string) => {
    const one = new URL(url)
    one.pathname = base + endpoint
    return one
  }
  const urlOf = (endpoint: string) => (given === endpoint ? new URL(url) : at(endpoint))
  return {
    chat: given === '/completions' ? at('/chat/completions') : urlOf('/chat/completions'),
    completions: urlOf('/completions'),
    models: urlOf('/models'),
    root: url.origin + base.replace(/\/v1$/, ''),
  }
}

/** The engine's address without `/v1`, for `/health` and other paths outside its API. */
export const engineRoot = (baseUrl: string): string => engineAddress(baseUrl).root

const SECRET = /key|token|secret|sig|password|auth|code/i

/** An address for results: query values that look like secrets are hidden. */
export function addressWithoutSecrets(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  const secret = [...(url?.searchParams.keys() ?? [])].filter((name) => SECRET.test(name))
  if (!url || secret.length === 0) return address
  for (const name of secret) url.searchParams.set(name, 'hidden')
  return url.href
}

/** An address for messages, without its query: it may contain a key. */
export const shownAddress = (url: URL): string => `${url.origin}${url.pathname}${url.search ? '?…' : ''}`
