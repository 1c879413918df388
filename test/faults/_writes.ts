/** What earlier writes answered, by their names. */
export type Answers = Record<string, { id?: string; agent_id?: string; command_id?: string }>
export type Request = [method: string, path: string, body?: object]
type Write = [name: string, request: (answers: Answers) => Request]

/** What of an answer later writes may need; a heartbeat's is its command. */
export function answerOf(text: string): Answers[string] {
  const body = JSON.parse(text) as Answers[string] & { commands?: Answers[string][] }
  return { ...body, ...body.commands?.[0] }
}

const config = { models: [{ name: 'm' }], engines: [{ name: 'vllm' }] }
const document = {
  model: 'm',
  engine: 'vllm',
  passed: true,
  results: [{ test_name: 't', run_number: 1, metrics: { avg_tps: 1 } }],
}

/** Writes of every kind; each may need what those before it made. */
export const WRITES: Write[] = [
  ['agent', () => ['POST', '/agents/register', { name: 'gpu', hostname: 'h' }]],
  ['provisioned', () => ['POST', '/agents/provision', {}]],
  ['virtual', () => ['POST', '/agents/virtual', {}]],
  ['notes', ({ agent }) => ['PATCH', `/agents/${agent?.agent_id}`, { notes: 'n', tags: ['t'] }]],
  ['interval', ({ agent }) => ['PUT', `/agents/${agent?.agent_id}/settings`, { heartbeat_interval_s: '60' }]],
  ['cleanup', ({ agent }) => ['POST', `/agents/${agent?.agent_id}/cleanup`, {}]],
  ['profile', () => ['POST', '/engines/profiles', { name: 'p', engine: 'vllm', mode: 'docker' }]],
  [
    'profiled',
    ({ profile }) => [
      'PUT',
      `/engines/profiles/${profile?.id}`,
      { name: 'q', engine: 'vllm', mode: 'docker' },
    ],
  ],
  [
    'beat',
    ({ agent }) => ['POST', `/agents/${agent?.agent_id}/heartbeat`, { engines: [{ engine: 'vllm' }] }],
  ],
  [
    'test',
    ({ agent }) => [
      'POST',
      '/quicktest',
      { agent_id: agent?.agent_id, model_path: 'm', engine_name: 'vllm', force: true },
    ],
  ],
  ['offer', ({ agent }) => ['POST', `/agents/${agent?.agent_id}/heartbeat`, {}]],
  [
    'log',
    ({ test }) => [
      'POST',
      `/quicktest/${test?.id}/logs`,
      {
        lines: [
          { seq: 0, line: 'a' },
          { seq: 1, line: 'b' },
        ],
      },
    ],
  ],
  [
    'running',
    ({ test }) => [
      'POST',
      `/quicktest/${test?.id}/status`,
      { status: 'running', progress: { done: 1, total: 2, metrics: {} } },
    ],
  ],
  [
    'result',
    ({ agent, offer }) => [
      'POST',
      `/agents/${agent?.agent_id}/results`,
      { command_id: offer?.command_id, status: 'completed', result_data: document },
    ],
  ],
  ['import', () => ['POST', '/results/import', { ...document, model: 'imported' }]],
  ['campaign', ({ agent }) => ['POST', '/campaigns', { name: 'c', agent_id: agent?.agent_id, config }]],
  ['changed', ({ campaign }) => ['PUT', `/campaigns/${campaign?.id}/config`, config]],
  ['launch', ({ campaign }) => ['POST', `/campaigns/${campaign?.id}/launch`]],
  ['cancel', ({ campaign }) => ['POST', `/campaigns/${campaign?.id}/cancel`]],
  ['settings', () => ['PUT', '/settings', { event_days: 3, protect_reads: true }]],
  ['no profile', ({ profile }) => ['DELETE', `/engines/profiles/${profile?.id}`]],
  ['no campaign', ({ campaign }) => ['DELETE', `/campaigns/${campaign?.id}`]],
  ['no agent', ({ agent }) => ['DELETE', `/agents/${agent?.agent_id}`]],
]
