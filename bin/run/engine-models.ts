import { engineAddress, shownAddress } from '../../agent/bench/request/address.ts'
import { CommandFailed, UsageError } from '../terminal/output.ts'
import { plain } from '../terminal/terminal.ts'

const TIMEOUT_MS = 10_000
const MAX_BYTES = 4 * 1024 * 1024
const MAX_NAMES = 20

/**
 * The name of the only model that an engine serves.
 * @throws UsageError if it lists none or several; CommandFailed if the list cannot be read
 */
export async function onlyModel(baseUrl: string, headers: Record<string, string>): Promise<string> {
  const { models } = engineAddress(baseUrl)
  const url = shownAddress(models)
  const names = namesIn(await ask(models, headers))
  const [only] = names
  if (only === undefined) throw new UsageError(`${url} lists no model: choose one with --model.`)
  if (names.length > 1) {
    const more = names.length > MAX_NAMES ? `, and ${names.length - MAX_NAMES} more` : ''
    const list = names.slice(0, MAX_NAMES).map((name) => plain(name).slice(0, 200))
    throw new UsageError(
      `The engine serves ${names.length} models, choose one with --model: ${list.join(', ')}${more}.`,
    )
  }
  return only
}

async function ask(models: URL, headers: Record<string, string>): Promise<unknown> {
  const url = shownAddress(models)
  // Redirects are not followed: the headers may contain a key.
  const init: RequestInit = { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) }
  let response: Response
  try {
    response = await fetch(models, init)
  } catch (error) {
    const code = (error as { cause?: { code?: unknown } }).cause?.code
    const late = (error as Error).name === 'TimeoutError' ? ` within ${TIMEOUT_MS / 1000} s` : ''
    throw new CommandFailed(
      `No engine answers at ${url}${late}${typeof code === 'string' ? ` (${code})` : ''}.`,
    )
  }
  if (!response.ok)
    throw new CommandFailed(
      `${url} answered ${response.status}, not a list of models: choose one with --model.`,
    )
  try {
    return JSON.parse(await bounded(response))
  } catch {
    throw new CommandFailed(`${url} did not answer with a list of models: choose one with --model.`)
  }
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new Error('too long')
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

/** The ids of `{"data":[{"id":…}]}`; none for any other value. */
function namesIn(answer: unknown): string[] {
  const { data } = (answer ?? {}) as { data?: unknown }
  const ids = (Array.isArray(data) ? data : []).map((item: unknown) => (item as { id?: unknown } | null)?.id)
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && id !== ''))]
}
