import { hostname } from 'node:os'
import { ApiError } from '../../app/client/client.ts'
import { pause } from '../../lib/pause.ts'
import { atMost } from '../back-off.ts'
import { heartbeat, readTelemetry, register } from '../delivery/calls.ts'
import { Connection } from '../delivery/connection.ts'
import { createOutbox, type Outbox, refusal } from '../delivery/outbox.ts'
import { createWakeSignal, wakeOnCommands } from './wake-signal.ts'
import type { WorkerOptions } from './worker-options.ts'
import { Workload } from './workload.ts'

/** How long to deliver an earlier process's messages before the first heartbeat. */
const CATCH_UP_MS = 15_000
const FINAL_FLUSH_MS = 2000
const REGISTER_AGAIN_MS = 1000
const SOON_MS = 50

/**
 * The agent's loop: registers, then sends heartbeats at its interval, or at once when a command waits.
 * Runs one test at a time, until `stop`.
 */
export function startWorker(options: WorkerOptions): { stop(): Promise<void>; fail(error: Error): void } {
  const worker = new Worker(options)
  const loop = worker.loop()
  return {
    fail: (error) => worker.fail(error),
    async stop() {
      await worker.stop()
      await loop
    },
  }
}

class Worker {
  #options: WorkerOptions
  #outbox: Outbox
  #workload: Workload
  #abort = new AbortController()
  #bootId = crypto.randomUUID()
  #startedAt = performance.now()
  #agentId: string | undefined
  #intervalMs = 30_000
  #connection: Connection
  #hasSentHeartbeat = false
  #roundTripMs: number | undefined
  #notice: string | undefined
  #wakeSignal = createWakeSignal()

  constructor(options: WorkerOptions) {
    const { client, run, command } = options
    this.#options = options
    this.#connection = new Connection(options.say, options.refusedMs)
    this.#outbox =
      options.outbox ??
      createOutbox({ client, onRefused: (message, error) => options.say(refusal(message, error)) })
    this.#workload = new Workload({
      outbox: this.#outbox,
      run,
      command,
      onChange: () => this.#wakeSignal.wake(),
    })
  }

  fail(error: Error) {
    this.#workload.fail(error)
  }

  async stop() {
    this.#abort.abort()
    this.#wakeSignal.wake()
    await this.#workload.stop()
    await atMost(FINAL_FLUSH_MS, this.#outbox.flushed())
    await this.#outbox.stop()
  }

  async loop() {
    const { signal } = this.#abort
    const { client } = this.#options
    while (!signal.aborted) {
      const agentId = await this.#untilRegistered()
      if (!agentId) return
      // The first heartbeat shows a restart, which requeues the running test: its result must arrive before.
      if (!this.#hasSentHeartbeat) await atMost(CATCH_UP_MS, this.#outbox.flushed(), signal)
      const listening = new AbortController()
      const stream = AbortSignal.any([signal, listening.signal])
      const subscription = wakeOnCommands(client, agentId, stream, this.#wakeSignal)
      while (!signal.aborted && (await this.#beat(agentId)))
        await this.#wakeSignal.wait(this.#soon() ? SOON_MS : this.#intervalMs)
      listening.abort()
      await subscription
      await pause(REGISTER_AGAIN_MS, signal)
    }
  }

  async #untilRegistered(): Promise<string | undefined> {
    const { client, registration } = this.#options
    const { signal } = this.#abort
    while (!signal.aborted) {
      try {
        const answer = await register(client, registration, signal)
        this.#intervalMs = answer.heartbeat_interval_s * 1000
        this.#agentId = answer.agent_id
        this.#connection.succeeded()
        this.#reportState()
        return answer.agent_id
      } catch (error) {
        await this.#failed('cannot register', error)
      }
    }
    return undefined
  }

  /** Sends a heartbeat; false when the server no longer knows this agent, which must register again. */
  async #beat(agentId: string): Promise<boolean> {
    const { client, settings } = this.#options
    const { signal } = this.#abort
    const { acks } = this.#workload
    try {
      const uptime_s = Math.round((performance.now() - this.#startedAt) / 100) / 10
      const about = { ...this.#workload.state(), acks, uptime_s, boot_id: this.#bootId }
      const telemetry = await readTelemetry(this.#options.telemetry)
      const trip = this.#roundTripMs === undefined ? {} : { round_trip_ms: this.#roundTripMs }
      const asked = performance.now()
      const json = { ...telemetry, ...about, ...trip, host: hostname(), sent_at: Date.now() }
      const answer = await heartbeat(client, agentId, json, signal)
      this.#roundTripMs = performance.now() - asked
      if (answer.notice !== undefined && answer.notice !== this.#notice) this.#options.say(answer.notice)
      this.#notice = answer.notice
      this.#hasSentHeartbeat = true
      this.#workload.acknowledged(acks)
      this.#intervalMs = Number(answer.settings['heartbeat_interval_s'] ?? 30) * 1000
      settings?.(answer.settings)
      this.#workload.cancel(answer.cancel)
      for (const command of answer.commands) this.#workload.take(agentId, command)
      this.#connection.succeeded()
      this.#outbox.kick()
      this.#reportState()
      return true
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false
      await this.#failed('heartbeat failed', error)
      return true
    }
  }

  async #failed(what: string, error: unknown) {
    const { signal } = this.#abort
    if (signal.aborted) return
    const ms = this.#connection.failed(what, error)
    this.#reportState()
    await this.#wakeSignal.wait(ms)
  }

  #soon = () => this.#connection.problem !== null || this.#workload.acks.length > 0

  #reportState() {
    const current_task = this.#workload.wireId ?? null
    this.#options.onState?.({ agent_id: this.#agentId, current_task, problem: this.#connection.problem })
  }
}
