import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leanFetch } from '../../../agent/bench/node-fetch.ts'
import { measureRequest } from '../../../agent/bench/request.ts'
import { differences, SECRET, SOCKETS } from './transcripts/_expect.ts'
import { byPath, playing } from './transcripts/_server.ts'
import { TABLE } from './transcripts/index.ts'

const ALL = Object.values(TABLE).flat()
let url = ''
let end = async () => {}
beforeAll(async () => {
  const server = await playing({ choose: byPath(ALL), onEnd: (stop) => (end = stop) })
  url = server.url
})
afterAll(() => end())

const measured = (index: number) =>
  measureRequest({
    fetch: leanFetch,
    baseUrl: `${url}/case/${index}/v1`,
    apiKey: SECRET,
    model: 'm',
    prompt: 'Hello',
    maxTokens: ALL[index]!.asked ?? 16,
    timeoutMs: 8000,
  })

describe.each(Object.entries(TABLE))('over sockets: %s', (group, lines) => {
  const times = group === 'bounds' ? test : test.concurrent
  times.each(lines.map((line) => [line.name, line] as const))('%s', async (_name, line) => {
    const record = await measured(ALL.indexOf(line))
    expect(differences(record, line, SOCKETS)).toEqual([])
    if (line.expect.free_ms) expect(record.t_end - record.t0).toBeLessThan(line.expect.free_ms + 100)
  })
})
