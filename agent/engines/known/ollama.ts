import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { bounded } from '../../../app/client/client.ts'
import { defineEngine } from '../define.ts'
import { ggufOf } from '../gguf.ts'
import { createLines } from '../lines.ts'
import { type Ask, JSON_MAX, type Preparation, textAt } from '../recipe.ts'

/** Ollama: https://ollama.com. A tag is pulled from its registry; a GGUF file is uploaded, and removed afterwards. */
export const ollama = defineEngine({
  name: 'ollama',
  binary: 'ollama',
  install: 'Install it as https://ollama.com/download says (or use the mode docker).',
  byName: /^(?!.*\.gguf$)\w[\w.:/-]*$/i,
  weights: ggufOf,
  readyPath: '/api/version',
  inContainer: ({ args }) => ({
    args: ['serve', ...args],
    env: { OLLAMA_HOST: '0.0.0.0:11434' },
    volumes: ['kitt-ollama:/root/.ollama'],
    unmounted: true,
  }),
  asProcess: ({ host, port, args }) => ({
    command: 'ollama',
    args: ['serve', ...args],
    env: { OLLAMA_HOST: `${host}:${port}` },
  }),
  version: (ask) => textAt(ask, '/api/version', 'version'),
  async prepare(preparation) {
    const { ask, model, log, signal } = preparation
    const made = model.path === null ? undefined : await upload(preparation, model.path)
    const name = made ?? model.name
    const load = { model: name, stream: false }
    const undo = async () => {
      await ask('/api/generate', { method: 'POST', body: JSON.stringify({ ...load, keep_alive: 0 }) })
      if (made !== undefined)
        await ask('/api/delete', { method: 'DELETE', body: JSON.stringify({ model: made }) })
    }
    if (made === undefined && !(await has(ask, name)))
      await command(preparation, '/api/pull', { model: name })
    log(`loading ${model.name}`)
    try {
      // Without a prompt it only loads the model, which may exceed a measured request's timeout.
      await post(ask, '/api/generate', { ...load, keep_alive: -1 }, signal)
    } catch (error) {
      await undo().catch(() => {})
      throw error
    }
    return { model: name, undo }
  },
})

const has = async (ask: Ask, model: string): Promise<boolean> => {
  const init = { method: 'POST', body: JSON.stringify({ model }) }
  return (await ask('/api/show', init)).ok
}

/** Uploads a GGUF file as a blob and creates a model from it. @returns the model's name */
async function upload(preparation: Preparation, path: string): Promise<string> {
  const { ask, log, signal } = preparation
  log(`uploading ${basename(path)} to ollama`)
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 1 << 20 })) hash.update(chunk)
  const digest = `sha256:${hash.digest('hex')}`
  if (!(await ask(`/api/blobs/${digest}`, { method: 'HEAD' })).ok) {
    const body = Readable.toWeb(
      createReadStream(path, { highWaterMark: 1 << 20 }),
    ) as unknown as ReadableStream
    const headers = { 'content-length': String((await stat(path)).size) }
    const init = { method: 'POST', body, headers, duplex: 'half', signal } as RequestInit
    const response = await ask(`/api/blobs/${digest}`, init)
    if (!response.ok) throw new Error(`ollama refused the model: HTTP ${response.status}.`)
  }
  const model = `kitt-${digest.slice(7, 19)}`
  await command(preparation, '/api/create', { model, files: { [basename(path)]: digest } })
  return model
}

/** Runs an API call that streams its progress as lines of JSON. @throws when a line reports an error */
async function command({ ask, log, signal }: Preparation, path: string, body: object): Promise<void> {
  const response = await post(ask, path, body, signal)
  let error: string | undefined
  let logged = ''
  const lines = createLines((line) => {
    const { status, error: failed, total, completed } = JSON.parse(line) as Record<string, unknown>
    if (typeof failed === 'string') error = failed
    const percent =
      typeof total === 'number' && total > 0 ? Math.floor((Number(completed ?? 0) / total) * 10) * 10 : null
    const now = `ollama: ${String(status)}${percent === null ? '' : ` ${percent} %`}`
    if (now !== logged && error === undefined) log(now)
    logged = now
  })
  const stream = lines.stream()
  for await (const chunk of response.body ?? []) stream.feed(chunk as Uint8Array)
  stream.end()
  if (error !== undefined) throw new Error(`ollama: ${error}`)
}

async function post(ask: Ask, path: string, body: object, signal: AbortSignal): Promise<Response> {
  const response = await ask(path, { method: 'POST', body: JSON.stringify(body), signal })
  if (!response.ok)
    throw new Error(
      `ollama answered ${response.status}: ${(await bounded(response, JSON_MAX).text()).slice(0, 300)}`,
    )
  return response
}
