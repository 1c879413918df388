import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'

/** The program; undefined where there is none for this machine. */
export const workerd: string | undefined = found()

function found(): string | undefined {
  const require = createRequire(import.meta.url)
  try {
    return require('workerd').default
  } catch {
    return undefined
  }
}

/** From the day after this one on, workerd has much of Node's API unless told otherwise. Only this machine may be reached. */
const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "kitt", worker = (
      compatibilityDate = "2026-08-03",
      modules = [(name = "kitt", esModule = embed "_edge-server.js")],
      bindings = [
        (name = "DATABASE_URL", fromEnvironment = "DATABASE_URL"),
        (name = "ADMIN_TOKEN", fromEnvironment = "ADMIN_TOKEN"),
        (name = "KITT", durableObjectNamespace = "Kitt"),
      ],
      durableObjectNamespaces = [(className = "Kitt", uniqueKey = "kitt")],
      durableObjectStorage = (inMemory = void),
    )),
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "kitt")],
);
`

/**
 * Serves the bundle `_edge-server.js` of a folder on a free port of loopback; it ends with the test.
 * @returns its URL, and what it has written
 * @throws where it ends before it listens, with what it said
 */
export async function startWorkerd(folder: string, bindings: Record<'DATABASE_URL' | 'ADMIN_TOKEN', string>) {
  if (!workerd) throw new Error('There is no workerd for this machine.')
  writeFileSync(join(folder, 'config.capnp'), CONFIG)
  const child = spawn(workerd, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: folder,
    env: bindings,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const output = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output.text += chunk
    })
  const port = await Promise.race([listening(child), ended])
  if (port === undefined) throw new Error(`workerd ended: ${output.text}`)
  return { url: `http://127.0.0.1:${port}`, output }
}

/** Waits for the line on its control channel that tells the port. */
async function listening(child: ChildProcess): Promise<number | undefined> {
  const control = child.stdio[3]
  if (!(control instanceof Readable)) return undefined
  let text = ''
  for await (const chunk of control) {
    text += String(chunk)
    const port = /"event":"listen".*"port":(\d+)/.exec(text)?.[1]
    if (port !== undefined) return Number(port)
  }
  return undefined
}
