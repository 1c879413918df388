import { monitorEventLoopDelay } from 'node:perf_hooks'
import { AggregatorRegistry, Gauge, Registry } from 'prom-client'
import type { Metrics, Snapshot } from '../health/metrics.ts'
import { RequestMetrics } from './request-metrics.ts'

/** The server's metrics in Prometheus' text format. */
export function createMetrics(): Metrics {
  const requests = new RequestMetrics()
  const state = new Registry()
  const lag = monitorEventLoopDelay({ resolution: 20 })
  lag.enable()
  const show = gauges([state])
  return {
    observe: (method, route, status, seconds) => requests.observe(method, route, status, seconds),
    async render(snapshot) {
      show(snapshot, { p50: lag.percentile(50), p99: lag.percentile(99), max: lag.max })
      lag.reset()
      return AggregatorRegistry.aggregate([requests.asJson(), await state.getMetricsAsJSON()]).metrics()
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
  const unindexed = gauge('kitt_results_unindexed', 'Stored results whose setups are not found yet.')
  const lag = gauge(
    'kitt_event_loop_lag_seconds',
    'Delay of the event loop since the last scrape.',
    'quantile',
  )
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
    unindexed.set(snapshot.unindexed)
    for (const [quantile, ns] of Object.entries(delay)) lag.set({ quantile }, ns / 1e9)
    memory.set(process.memoryUsage.rss())
  }
}
