/** The numbers of a result that a person looks at first, in this order; each with the names it had over the versions. */
export const FIGURES: { name: string; metrics: string[] }[] = [
  { name: 'Output throughput', metrics: ['output_tps', 'max_output_tps', 'avg_tps'] },
  { name: 'Time to first token, median', metrics: ['ttft_ms.p50', 'ttft_ms.avg'] },
  { name: 'Time per output token, median', metrics: ['tpot_ms.p50', 'tpot_ms.avg'] },
  {
    name: 'Request latency, median',
    metrics: ['e2e_latency_ms.p50', 'total_latency_ms.p50', 'p50_latency_ms', 'avg_latency_ms'],
  },
  { name: 'Requests per second', metrics: ['request_rate_rps', 'max_request_rate_rps'] },
  { name: 'Goodput', metrics: ['goodput_rps', 'max_goodput_rps'] },
  { name: 'Failed requests', metrics: ['error_rate'] },
]
