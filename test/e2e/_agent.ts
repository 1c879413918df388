import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { writeAgentConfig } from '../../agent/agent-config.ts'
import type { Client } from '../../app/client/client.ts'
import { eventually, PROGRAM, type RunningServer } from './_server.ts'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-e2e-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An agent provisioned on a server and configured in a home of its own, not started. */
export async function provisionedAgent({ client, url }: RunningServer, name = 'gpu-1') {
  const { agent_id, token } = await (await client.api.v1.agents.provision.$post({ json: { name } })).json()
  const home = temporaryFolder()
  writeAgentConfig(home, { server: url, token, name })
  return { home, agent_id, token, name }
}

/** A process of an agent, such as the built `kitt agent start`; it ends with the test. */
export function startAgent(home: string, program: string[] = PROGRAM, env: Record<string, string> = {}) {
  const [command = '', ...args] = [...program, 'agent', 'start']
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, KITT_HOME: home, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const output = { text: '' }
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output.text += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return ended
  }
  onTestFinished(async () => void (await stop('SIGKILL')))
  const says = (text: string, seconds = 20) =>
    eventually(async () => output.text.includes(text), seconds).catch(() => {
      throw new Error(`The agent did not say "${text}":\n${output.text}`)
    })
  return { output, stop, ended, says, pid: child.pid }
}

/** Launches a quick test on a running engine, attached to by a profile of its own. */
export async function launch(
  { api }: Client,
  agent_id: string,
  engineUrl: string,
  options: Record<string, unknown>,
) {
  const name = `engine ${crypto.randomUUID()}`
  const profile = {
    name,
    engine: 'openai',
    mode: 'endpoint',
    runtime_config: { base_url: engineUrl },
  } as const
  const { id: profile_id } = await (await api.v1.engines.profiles.$post({ json: profile })).json()
  const asked = { agent_id, model_path: 'simulated', engine_name: 'openai', engine_mode: 'endpoint' } as const
  const made = await api.v1.quicktest.$post({
    json: {
      ...asked,
      profile_id,
      options,
      force: true,
    },
  })
  return (await made.json()).id
}

export const getTest = async ({ api }: Client, id: string) =>
  (await api.v1.quicktest[':id'].$get({ param: { id } })).json()

/** Waits until a test is in a state. */
export const testIs = (client: Client, id: string, status: string, seconds = 20) =>
  eventually(async () => {
    const test = await getTest(client, id).catch(() => undefined)
    return test?.status === status && test
  }, seconds)

/** Every stored log line of a test. */
export const linesOf = async ({ api }: Client, id: string) =>
  (
    await (await api.v1.quicktest[':id'].logs.$get({ param: { id }, query: { limit: '5000' } })).json()
  ).lines.map(({ line }) => line)

export const resultsOf = async ({ api }: Client) =>
  (await (await api.v1.results.$get({ query: { per_page: '100' } })).json()).items
