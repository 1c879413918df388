import { describe, expect, test } from 'vitest'
import { planCampaign } from '../../app/campaigns/reconcile/plan.ts'
import type { Action, CampaignRows, CellTest, Host, OpenCell } from '../../app/campaigns/reconcile/work.ts'

const NOW = 1_000_000

const host = (name: string, more: Partial<Host> = {}): Host => ({
  id: name,
  name,
  status: 'online',
  schedulable: true,
  tags: [],
  cpu_arch: 'x86_64',
  load: 0,
  busy: 0,
  shared: true,
  ...more,
})

const cell = (
  idx: number,
  more: Partial<OpenCell> & { path?: string; engine?: string; formats?: string[] } = {},
): OpenCell => {
  const { path = 'm', engine = 'vllm', formats = [], ...rest } = more
  const spec = {
    model: 'm',
    model_path: path,
    formats,
    engine,
    mode: 'docker',
    profile_id: null,
    benchmark: 'b',
    suite_name: 's',
  }
  return { idx, spec, status: 'pending', tries: 0, attempt: 0, test: null, ...rest }
}

/** A cell whose test is in a state, on agent `a` unless told. */
const tested = (
  idx: number,
  status: CellTest['status'],
  more: Partial<CellTest> = {},
  tries = 1,
): OpenCell => {
  const started = status === 'queued' || status === 'dispatched' ? null : NOW - 100
  const done = status === 'completed' || status === 'failed' ? NOW - 10 : null
  const about = { agent_id: 'a', agent_name: 'a', attempt: 1, error: null, result_id: null, headline: null }
  const row = { id: `t${idx}`, status, ...about, started_at: started, completed_at: done, ...more }
  return cell(idx, {
    status: started === null ? 'queued' : 'running',
    tries,
    attempt: started === null ? 0 : 1,
    test: row,
  })
}

const rows = (cells: OpenCell[], hosts: Host[], more: Partial<CampaignRows> = {}): CampaignRows => ({
  status: 'running',
  waiting_for: null,
  retries: 0,
  counters: { total_runs: cells.length, succeeded: 0, failed: 0, skipped: 0, cancelled: 0 },
  cells,
  hosts,
  ...more,
})

/** An action in few words. */
function brief(action: Action): string {
  switch (action.do) {
    case 'place':
      return `place ${action.cell.idx} on ${action.host.name}`
    case 'move':
      return `move ${action.cell.idx} to ${action.host.name}`
    case 'end':
      return `${action.cell.idx} ${action.status}${action.reason ? `: ${action.reason}` : ''}`
    case 'retry':
      return `${action.cell.idx} again`
    case 'show':
      return `${action.cell.idx} ${action.status}`
    case 'wait':
      return `wait ${action.reason}`
    case 'finish':
      return `finish ${action.status}`
    case 'start':
      return 'start'
  }
}

const ended = (succeeded: number, failed = 0, skipped = 0, cancelled = 0) => ({
  counters: { total_runs: succeeded + failed + skipped + cancelled, succeeded, failed, skipped, cancelled },
})
const [a, b] = [host('a'), host('b')]
const arm = host('arm', { cpu_arch: 'aarch64' })
const off = host('off', { status: 'offline' })

const table: [string, CampaignRows, string[]][] = [
  [
    'the first cell goes to the agent',
    rows([cell(0), cell(1)], [a], { status: 'queued' }),
    ['place 0 on a', 'start'],
  ],
  ['one per host, in parallel', rows([cell(0), cell(1), cell(2)], [a, b]), ['place 0 on a', 'place 1 on b']],
  ['a host that has a test of it gets no other', rows([tested(0, 'queued'), cell(1)], [a]), []],
  [
    'a test that began is shown as running',
    rows([{ ...tested(0, 'running'), status: 'queued' }], [a]),
    ['0 running'],
  ],
  [
    'a test that began anew, after a restart of its agent, is shown again',
    rows([tested(0, 'running', { attempt: 2 })], [a]),
    ['0 running'],
  ],
  ['what is shown is not shown again', rows([tested(0, 'running')], [a]), []],
  [
    'a test that went back to the queue is shown as queued',
    rows([{ ...tested(0, 'queued'), status: 'running' }], [a]),
    ['0 queued'],
  ],
  [
    'a completed cell ends and the next one goes',
    rows([tested(0, 'completed', { result_id: 'r' }), cell(1)], [a]),
    ['0 completed', 'place 1 on a'],
  ],
  [
    'a completed test without its result is waited for, while the host goes on',
    rows([tested(0, 'completed'), cell(1)], [a]),
    ['place 1 on a'],
  ],
  [
    'a result that does not come is not waited for longer than 5 s',
    rows([tested(0, 'completed', { completed_at: NOW - 5000 })], [a]),
    ['0 completed', 'finish completed'],
  ],
  [
    'a failed cell without retries is the end of it',
    rows([tested(0, 'failed', { error: 'oom' })], [a]),
    ['0 failed: oom', 'finish failed'],
  ],
  [
    'a failed cell is tried again after the first tries of the others',
    rows([tested(0, 'failed'), cell(1)], [a], { retries: 1 }),
    ['0 again', 'place 1 on a'],
  ],
  [
    'after the last retry it has failed',
    rows([tested(0, 'failed', { error: 'x' }, 2)], [a], { retries: 1 }),
    ['0 failed: x', 'finish failed'],
  ],
  [
    'a cancelled test ends its cell and the next one goes',
    rows([tested(0, 'cancelled'), cell(1)], [a]),
    ['0 cancelled: The quick test was cancelled.', 'place 1 on a'],
  ],
  [
    'a format the engine cannot load is skipped',
    rows([cell(0, { path: '/m/x.gguf' }), cell(1)], [a]),
    ['0 skipped: vllm loads safetensors or pytorch, but this model is gguf.', 'place 1 on a'],
  ],
  [
    'a format that the manifest tells counts too',
    rows([cell(0, { path: 'org/model', formats: ['gguf'] })], [a]),
    ['0 skipped: vllm loads safetensors or pytorch, but this model is gguf.', 'finish failed'],
  ],
  [
    'an engine without an image for the only machine is skipped',
    rows([cell(0, { engine: 'exllamav2' })], [arm]),
    [
      '0 skipped: The exllamav2 image (ghcr.io/theroyallab/tabbyapi:latest) does not exist for arm64, only for amd64.',
      'finish failed',
    ],
  ],
  [
    'a cell goes to the one host that can run it, the next one elsewhere',
    rows([cell(0, { engine: 'exllamav2' }), cell(1)], [arm, b]),
    ['place 0 on b', 'place 1 on arm'],
  ],
  [
    'a cell waits while the hosts that can run it are offline',
    rows([cell(0)], [off]),
    ['wait off (offline)'],
  ],
  ['what it waits for is told once', rows([cell(0)], [off], { waiting_for: 'off (offline)' }), []],
  [
    'when the host is back it goes on',
    rows([cell(0)], [a], { waiting_for: 'a (offline)' }),
    ['place 0 on a', 'wait null'],
  ],
  [
    'a drained host and one that never came get nothing',
    rows([cell(0)], [host('a', { schedulable: false }), host('b', { status: 'provisioned' })]),
    ['wait a (drained), b (never connected)'],
  ],
  [
    'of several hosts those that others keep busy are left alone',
    rows([cell(0), cell(1)], [host('a', { load: 2 }), b]),
    ['place 0 on b'],
  ],
  [
    'the only host queues it behind the tests of others',
    rows([cell(0)], [host('a', { load: 2 })]),
    ['place 0 on a'],
  ],
  [
    'a queued test of a host that went away moves to a free one',
    rows([tested(0, 'queued', { agent_id: 'off', agent_name: 'off' }), cell(1)], [off, b]),
    ['move 0 to b', 'place 0 on b'],
  ],
  [
    'a running test of a host that went away stays: it may come back',
    rows([tested(0, 'running', { agent_id: 'off', agent_name: 'off' })], [off, b]),
    [],
  ],
  [
    'without any agent left what waits is skipped',
    rows([cell(0), cell(1)], []),
    [
      '0 skipped: No agent of the campaign is left.',
      '1 skipped: No agent of the campaign is left.',
      'finish failed',
    ],
  ],
  ['any success makes it completed', rows([], [a], ended(1, 3, 2, 1)), ['finish completed']],
  ['no success makes it failed', rows([], [a], ended(0, 1, 0, 3)), ['finish failed']],
  ['nothing but cancelled runs make it cancelled', rows([], [a], ended(0, 0, 0, 2)), ['finish cancelled']],
]

describe('the plan of a campaign is a function of its rows', () => {
  test.each(table)('%s', (_, given, expected) => {
    const before = structuredClone(given)
    expect(planCampaign(given, NOW).map(brief)).toEqual(expected)
    expect(given).toEqual(before)
  })
})

test('1,000 cells for 100 hosts are planned within one look', () => {
  const cells = Array.from({ length: 1000 }, (_, idx) => cell(idx))
  const hosts = Array.from({ length: 100 }, (_, n) => host(`h${n}`))
  const plan = planCampaign(rows(cells, hosts), NOW)
  expect(plan).toHaveLength(100)
  expect(new Set(plan.map((action) => action.do === 'place' && action.host.id)).size).toBe(100)
})
