import type { Client } from '../../app/client/client.ts'
import type { AgentConfig } from '../agent-config.ts'
import { tokenWorks } from '../delivery/calls.ts'
import { type Message, type Outbox, openSpool, refusal } from '../delivery/outbox.ts'
import { takeAgentLock } from '../lock.ts'
import { removeState, writeState } from '../state-file.ts'
import type { Host } from './host.ts'
import { spoken } from './spoken.ts'
import { startWorker } from './worker.ts'
import type { WorkerState } from './worker-options.ts'

export type DaemonOptions = {
  /** KITT's home folder. */
  home: string
  config: Pick<AgentConfig, 'name' | 'port'>
  client: Client
  version: string
  /** Called once the lock of the home folder is held. */
  createHost(): Promise<Host>
  say(line: string): void
}

/**
 * Runs the agent of a host, one per home folder; its reports survive restarts.
 * @throws AgentRuns when one already runs
 */
export async function startDaemon(
  options: DaemonOptions,
): Promise<{ stop(): Promise<void>; fail(error: Error): void }> {
  const { home, say } = options
  const unlock = await takeAgentLock(home)
  try {
    const host = await options.createHost()
    const outbox = await openOutbox(options)
    const worker = startWorker({ ...workerOptions(options, host, outbox), outbox })
    return {
      fail: (error) => worker.fail(error),
      async stop() {
        await worker.stop()
        await host.stop()
        removeState(home)
        unlock()
        say('stopped')
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

function workerOptions(options: DaemonOptions, host: Host, outbox: Outbox) {
  const { client, config, say } = options
  const { name, port } = config
  return {
    client,
    registration: { ...host.registration(name), ...(port === undefined ? {} : { port }) },
    run: spoken(host.run, say),
    command: (command: Parameters<Host['command']>[0]) => host.command(command),
    telemetry: () => host.telemetry(),
    settings: (settings: Parameters<Host['apply']>[0]) => host.apply(settings),
    onState: stateWriter(options, outbox),
    say,
  }
}

function stateWriter({ home, config, version, say }: DaemonOptions, outbox: Outbox) {
  const started_at = new Date().toISOString()
  let last_heartbeat: string | null = null
  let known: string | undefined
  return ({ agent_id, current_task, problem }: WorkerState) => {
    if (agent_id !== known) say(`registered as ${config.name}`)
    known = agent_id
    if (problem === null) last_heartbeat = new Date().toISOString()
    const about = {
      agent_id: agent_id ?? null,
      current_task,
      problem,
      last_heartbeat,
      waiting: outbox.waiting(),
    }
    try {
      writeState(home, { pid: process.pid, version, started_at, ...about })
    } catch (error) {
      say(`the state cannot be written: ${String(error)}`)
    }
  }
}

async function openOutbox({ home, client, say }: DaemonOptions): Promise<Outbox> {
  const onRefused = (message: Message, error: unknown) => {
    say(refusal(message, error))
    // The test must still end, with the reason.
    if (message.kind !== 'result' || !message.result_data) return
    const { kind, agent_id, command_id } = message
    const reason = `The server refused the result: ${error instanceof Error ? error.message : String(error)}`
    spool.push({ kind, agent_id, command_id, status: 'failed', error: reason })
  }
  const spool: Outbox = await openSpool(
    home,
    { client, onRefused, tokenWorks: () => tokenWorks(client) },
    say,
  )
  return spool
}
