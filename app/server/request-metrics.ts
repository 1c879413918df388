/** Upper bounds of the histogram's buckets, in seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, Number.POSITIVE_INFINITY]
/** Other methods count as `other`: over HTTP/2 a client may send any word, and labels must stay few. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** The counts of one method of one route. */
type Series = {
  /** `method="GET",route="/api/v1/agents"` */
  labels: string
  statuses: Map<number, number>
  buckets: number[]
  sum: number
}

/** Counts requests by status and duration. */
export class RequestMetrics {
  readonly #routes = new Map<string, Map<string, Series>>()

  observe(method: string, route: string, status: number, seconds: number): void {
    const known = this.#routes.get(route)?.get(method)
    const series = known ?? this.#seriesOf(METHODS.includes(method) ? method : 'other', route)
    series.statuses.set(status, (series.statuses.get(status) ?? 0) + 1)
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound)
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
    series.sum += seconds
  }

  #seriesOf(method: string, route: string): Series {
    const methods = this.#routes.get(route) ?? new Map<string, Series>()
    const series = methods.get(method) ?? {
      labels: `method="${method}",route="${route}"`,
      statuses: new Map(),
      buckets: BOUNDS.map(() => 0),
      sum: 0,
    }
    this.#routes.set(route, methods.set(method, series))
    return series
  }

  /** In the text format of Prometheus. */
  text(): string {
    const all = [...this.#routes.values()].flatMap((methods) => [...methods.values()])
    const durations = 'kitt_http_request_duration_seconds'
    const help = 'Time until the answer was ready to be sent.'
    return (
      metricText('kitt_http_requests_total', 'Requests answered.', 'counter', all.flatMap(counts)) +
      metricText(durations, help, 'histogram', all.flatMap(histogram))
    )
  }
}

const counts = ({ labels, statuses }: Series): Sample[] =>
  [...statuses].map(([status, value]) => [`{${labels},status="${status}"}`, value])

const LE = BOUNDS.map((bound) => (bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound)))

/** Prometheus' buckets are cumulative. */
function histogram({ labels, buckets, sum }: Series): Sample[] {
  let count = 0
  const upTo = LE.map((le, i): Sample => {
    count += buckets[i] ?? 0
    return [`_bucket{le="${le}",${labels}}`, count]
  })
  return [...upTo, [`_sum{${labels}}`, sum], [`_count{${labels}}`, count]]
}

/** A value, and what follows the metric's name: `{state="idle"}` or nothing. */
export type Sample = [suffix: string, value: number]

/** A metric in the text format of Prometheus. Labels must not need escapes. */
export function metricText(
  name: string,
  help: string,
  type: 'gauge' | 'counter' | 'histogram',
  samples: readonly Sample[],
): string {
  let text = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
  for (const [suffix, value] of samples) text += `${name}${suffix} ${value}\n`
  return text
}
