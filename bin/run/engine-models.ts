import { engineAddress, shownAddress } from '../../agent/bench/request/address.ts'
import { CommandFailed, UsageError } from '../terminal/output.ts'
import { plain } from '../terminal/terminal.ts'

const PATIENCE_MS = 10_000
const MOST_BYTES = 4 * 1024 * 1024
const MOST_NAMES = 20

/**
 * The name of the one model that an engine serves.
 * @throws UsageError where it lists none or several; CommandFailed where it cannot be asked
 */
export async function onlyModel(baseUrl: string, headers: Record<string, string>): Promise<string> {
  const { models } = engineAddress(baseUrl)
  const url = shownAddress(models)
  const names = namesIn(await ask(models, headers))
  const [only] = names
  if (only === undefined) throw new UsageError(`${url} lists no model: name the one to measure with --model.`)
  if (names.length > 1) {
    const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : ''
    const list = names.slice(0, MOST_NAMES).map((name) => plain(name).slice(0, 200))
    throw new UsageError(
      `The engine serves ${names.length} models, choose one with --model: ${list.join(', ')}${more}.`,
    )
  }
  return only
}

async function ask(models: URL, headers: Record<string, string>): Promise<unknown> {
  const url = shownAddress(models)
  // Not followed: a redirect may lead where the headers are not to go.
  const init: RequestInit = { headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) }
  let response: Response
  try {
    response = await fetch(models, init)
  } catch (error) {
    const code = (error as { cause?: { code?: unknown } }).cause?.code
    const late = (error as Error).name === 'TimeoutError' ? ` within ${PATIENCE_MS / 1000} s` : ''
    throw new CommandFailed(
      `No engine answers at ${url}${late}${typeof code === 'string' ? ` (${code})` : ''}.`,
    )
  }
  if (!response.ok)
    throw new CommandFailed(
      `${url} answered ${response.status}, not a list of models: name the one to measure with --model.`,
    )
  try {
    return JSON.parse(await bounded(response))
  } catch {
    throw new CommandFailed(`${url} answered with no list of models: name the one to measure with --model.`)
  }
}

async function bounded(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MOST_BYTES) throw new Error('too long')
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

/** The ids of `{"data":[{"id":…}]}`; anything else holds none. */
function namesIn(answer: unknown): string[] {
  const { data } = (answer ?? {}) as { data?: unknown }
  const ids = (Array.isArray(data) ? data : []).map((item: unknown) => (item as { id?: unknown } | null)?.id)
  return [...new Set(ids.filter((id): id is string => typeof id === 'string' && id !== ''))]
}
