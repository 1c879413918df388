import type { Client } from '../app/client.ts'
import type { Shot } from './load.ts'

/** A way of loading the server, and the share of the yardstick's rate that it must reach on two cores. */
export type Scenario = {
  name: string
  atLeast: number
  /** Prepares the server; returns what is sent. */
  prepare(client: Client, token: string): Promise<(n: number) => Shot>
}

const json = <T>(response: Promise<{ json(): Promise<T> }>) => response.then((answer) => answer.json())

const document = {
  model: 'bench-model',
  engine: 'vllm',
  suite_name: 'quick',
  passed: true,
  results: [
    {
      test_name: 'throughput',
      run_number: 1,
      passed: true,
      metrics: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`metric_${i}`, i * 1.5])),
    },
  ],
  notes: 'x'.repeat(2400),
}

/** What is measured, in the order of the table. */
export const SCENARIOS: Scenario[] = [
  { name: 'health', atLeast: 0.6, prepare: async () => () => ({ method: 'GET', path: '/api/v1/health' }) },
  {
    name: 'heartbeats',
    atLeast: 0.17,
    async prepare({ api }, token) {
      const ids: string[] = []
      for (let i = 0; i < 1000; i++)
        ids.push((await json(api.v1.agents.register.$post({ json: { name: `bench-${i}` } }))).agent_id)
      const body = JSON.stringify({
        status: 'idle',
        uptime_s: 1e6,
        gpu_utilization_pct: 50,
        storage_gb_free: 100,
      })
      return (n) => ({ method: 'POST', path: `/api/v1/agents/${ids[n % ids.length]}/heartbeat`, body, token })
    },
  },
  {
    name: 'log lines',
    atLeast: 0.17,
    async prepare({ api }, token) {
      const { agent_id } = await json(api.v1.agents.register.$post({ json: { name: 'bench-log' } }))
      const { id } = await json(
        api.v1.quicktest.$post({ json: { agent_id, model_path: 'm', engine_name: 'vllm', force: true } }),
      )
      await api.v1.agents[':id'].heartbeat.$post({ param: { id: agent_id }, json: {} })
      const body = JSON.stringify({ line: 'run 1/3 · throughput: 20 requests, 91.5 tok/s' })
      return () => ({ method: 'POST', path: `/api/v1/quicktest/${id}/logs`, body, token })
    },
  },
  {
    name: 'results reported',
    atLeast: 0.08,
    async prepare({ api }, token) {
      const { agent_id } = await json(api.v1.agents.register.$post({ json: { name: 'bench-results' } }))
      const body = (n: number) =>
        JSON.stringify({ command_id: `none-${n}`, status: 'completed', result_data: { ...document, n } })
      return (n) => ({ method: 'POST', path: `/api/v1/agents/${agent_id}/results`, body: body(n), token })
    },
  },
  {
    name: 'results list',
    atLeast: 0.1,
    prepare: async () => () => ({ method: 'GET', path: '/api/v1/results?per_page=25' }),
  },
]
