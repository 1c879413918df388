import { eventually, type RunningServer } from '../e2e/_server.ts'

/** A running test on a server; what it gives adds lines to its log, each once, though the server be away for a while. */
export async function lineWriter({ client: { api } }: RunningServer) {
  const { agent_id } = await (await api.v1.agents.register.$post({ json: { name: 'writer' } })).json()
  const json = { agent_id, model_path: 'm', engine_name: 'vllm' as const, force: true }
  const { id } = await (await api.v1.quicktest.$post({ json })).json()
  await api.v1.agents[':id'].heartbeat.$post({ param: { id: agent_id }, json: {} })
  let seq = 0
  return async (count: number, line = (n: number) => `line ${n}`) => {
    const lines = Array.from({ length: count }, () => ({ seq, line: line(seq++) }))
    let why: unknown
    const sent = () =>
      api.v1.quicktest[':id'].logs.$post({ param: { id }, json: { lines } }).then(
        () => true,
        (error: unknown) => {
          why = error
          return false
        },
      )
    await eventually(sent, 60).catch(() => {
      throw new Error('The lines were not taken.', { cause: why })
    })
  }
}

/** The value of one of the server's own metrics. @throws if it does not say */
export async function metric({ url, token }: RunningServer, name: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${token}` } })
  const line = (await response.text()).split('\n').find((one) => one.startsWith(`${name} `))
  if (!line) throw new Error(`/metrics answers ${response.status} without ${name}.`)
  return Number(line.split(' ')[1])
}
