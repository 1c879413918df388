import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metrics, Snapshot } from '../health/metrics.ts'
import { metricText, RequestMetrics, type Sample } from './request-metrics.ts'

/** The server's metrics in Prometheus' text format. */
export function createMetrics(): Metrics {
  const requests = new RequestMetrics()
  const lag = monitorEventLoopDelay({ resolution: 20 })
  lag.enable()
  return {
    observe: (method, route, status, seconds) => requests.observe(method, route, status, seconds),
    async render(snapshot) {
      const delay = { p50: lag.percentile(50), p99: lag.percentile(99), max: lag.max }
      lag.reset()
      return requests.text() + gauges(snapshot, delay)
    },
  }
}

type Delay = { p50: number; p99: number; max: number }

function gauges(snapshot: Snapshot, delay: Delay): string {
  const by = (label: string, values: Record<string, number>): Sample[] =>
    Object.entries(values).map(([key, value]) => [`{${label}="${key}"}`, value])
  const seconds = Object.fromEntries(Object.entries(delay).map(([key, ns]) => [key, ns / 1e9]))
  const all: [name: string, help: string, value: number | Sample[]][] = [
    ['kitt_agents', 'Agents by state.', by('state', snapshot.agents)],
    ['kitt_quick_tests', 'Quick tests that have not ended, by state.', by('state', snapshot.tests)],
    ['kitt_queue_oldest_seconds', 'Age of the oldest queued quick test.', snapshot.oldestQueuedS],
    ['kitt_events_last_id', 'Id of the newest event.', snapshot.lastEventId],
    ['kitt_event_subscribers', 'Open event streams.', snapshot.subscribers],
    ['kitt_event_overflows', 'Event streams cut because their reader fell behind.', snapshot.overflows],
    ['kitt_results_unindexed', 'Results whose setups are not found yet.', snapshot.unindexed],
    ['kitt_writer_queue_depth', 'Writes waiting for their turn.', snapshot.writerDepth],
    [
      'kitt_event_loop_lag_seconds',
      'Delay of the event loop since the last scrape.',
      by('quantile', seconds),
    ],
    ['kitt_memory_rss_bytes', 'Resident memory of the process.', process.memoryUsage.rss()],
  ]
  if (snapshot.replicaAgeS !== undefined)
    all.push([
      'kitt_replica_age_seconds',
      'Age of the copy of the remote database that answers reads.',
      snapshot.replicaAgeS,
    ])
  return all
    .map(([name, help, value]) =>
      metricText(name, help, 'gauge', typeof value === 'number' ? [['', value]] : value),
    )
    .join('')
}
