import { spawn } from 'node:child_process'
import { eventually, freePort } from '../e2e/_server.ts'
import { engineProgram, modelFile } from './_engine.ts'

export type LlamaServer = Awaited<ReturnType<typeof startLlamaServer>>

/**
 * Starts a llama-server of one thread that answers up to four requests at once.
 * @param atEnd takes what ends it: `afterAll` or `onTestFinished`
 */
export async function startLlamaServer(atEnd: (end: () => Promise<void>) => void) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const model = ['--model', modelFile, '--alias', 'tiny.gguf', '--ctx-size', '4096']
  const place = ['--host', '127.0.0.1', '--port', String(port), '--metrics']
  const args = [...model, ...place, '--threads', '1', '--parallel', '4']
  const child = spawn(engineProgram, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000)
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = () => {
    child.kill('SIGKILL')
    return ended
  }
  atEnd(kill)
  await eventually(async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok, 60).catch(() => {
    throw new Error(`llama-server does not answer: ${said}`)
  })
  return { url, kill, generated: () => generated(url) }
}

/** The tokens of answers that the engine itself has counted since its start. */
async function generated(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^llamacpp:tokens_predicted_total (.+)$/m.exec(text)?.[1])
}
