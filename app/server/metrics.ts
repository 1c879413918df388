import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics, Snapshot } from '../health/metrics.ts'

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** The server's own metrics in the format of Prometheus. */
export function createMetrics(): Metrics {
  const registers = [new Registry()]
  const labelNames = ['method', 'route', 'status']
  const requests = new Counter({
    name: 'kitt_http_requests_total',
    help: 'Requests answered.',
    labelNames,
    registers,
  })
  const latency = new Histogram({
    name: 'kitt_http_request_duration_seconds',
    help: 'Time until the answer was ready to be sent.',
    labelNames: ['method', 'route'],
    buckets: BUCKETS,
    registers,
  })
  const lag = monitorEventLoopDelay({ resolution: 20 })
  lag.enable()
  const show = gauges(registers)
  return {
    observe(method, route, status, seconds) {
      requests.inc({ method, route, status })
      latency.observe({ method, route }, seconds)
    },
    async render(snapshot) {
      show(snapshot, { p50: lag.percentile(50), p99: lag.percentile(99), max: lag.max })
      lag.reset()
      return registers[0]?.metrics() ?? ''
    },
  }
}

function gauges(registers: Registry[]) {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers })
  const agents = gauge('kitt_agents', 'Agents by state.', 'state')
  const tests = gauge('kitt_quick_tests', 'Quick tests that have not ended, by state.', 'state')
  const oldest = gauge('kitt_queue_oldest_seconds', 'Age of the oldest queued quick test.')
  const lastEvent = gauge('kitt_events_last_id', 'Id of the newest event.')
  const subscribers = gauge('kitt_event_subscribers', 'Open event streams.')
  const overflows = gauge('kitt_event_overflows', 'Event streams cut because their reader fell behind.')
  const writes = gauge('kitt_writer_queue_depth', 'Writes waiting for their turn.')
  const lag = gauge('kitt_event_loop_lag_seconds', 'Delay of the event loop since the last look.', 'quantile')
  const memory = gauge('kitt_memory_rss_bytes', 'Resident memory of the process.')
  return (snapshot: Snapshot, delay: { p50: number; p99: number; max: number }) => {
    agents.reset()
    for (const [state, n] of Object.entries(snapshot.agents)) agents.set({ state }, n)
    tests.reset()
    for (const [state, n] of Object.entries(snapshot.tests)) tests.set({ state }, n)
    oldest.set(snapshot.oldestQueuedS)
    lastEvent.set(snapshot.lastEventId)
    subscribers.set(snapshot.subscribers)
    overflows.set(snapshot.overflows)
    writes.set(snapshot.writerDepth)
    for (const [quantile, ns] of Object.entries(delay)) lag.set({ quantile }, ns / 1e9)
    memory.set(process.memoryUsage.rss())
  }
}
