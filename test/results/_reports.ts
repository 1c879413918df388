import type { TestApp } from '../_setup.ts'

/** Registers an agent and gives what posts results as it; each answers with the id of the stored result. */
export async function reporter({ call }: TestApp, name = 'gpu-1') {
  const { body } = await call('POST', '/api/v1/agents/register', { name })
  const agent_id: string = body.agent_id
  let n = 0
  /** Sends `result_data` as the text it is. */
  const reportText = async (text: string): Promise<string> => {
    const answer = await call(
      'POST',
      `/api/v1/agents/${agent_id}/results`,
      `{"command_id":"by-hand-${n++}","result_data":${text}}`,
    )
    if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body.result_id
  }
  return { agent_id, reportText, report: (document: object) => reportText(JSON.stringify(document)) }
}

/** A small document with these metrics of one benchmark. */
export const documentWith = (metrics: object, rest: object = {}) => ({
  model: 'qwen',
  engine: 'vllm',
  suite_name: 'quick',
  results: [{ test_name: 'throughput', run_number: 1, passed: true, metrics, outputs: ['text'] }],
  ...rest,
})
