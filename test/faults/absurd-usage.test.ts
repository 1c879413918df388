import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { runSuite } from '../../agent/bench/suites/suites.ts'

const WORDS = 4

/** An engine that streams four words and then says this number of completion tokens, written as it is. */
async function engineThatSays(tokens: string): Promise<string> {
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/event-stream')
    for (let i = 0; i < WORDS; i++)
      answer.write('data: {"choices":[{"index":0,"delta":{"content":"word "}}]}\n\n')
    answer.write('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n')
    answer.end(
      `data: {"choices":[],"usage":{"prompt_tokens":${tokens},"completion_tokens":${tokens}}}\n\ndata: [DONE]\n\n`,
    )
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test.each(['1e300', '1e999', '-1', '0.5', '4294967296'])(
  '80: usage of %s tokens is not believed: tokens are counted from chunks, and a warning says so',
  async (tokens) => {
    const document = await runSuite({
      baseUrl: await engineThatSays(tokens),
      model: 'm',
      engine: 'e',
      suite: 'quick',
      benchmarks: ['throughput'],
      options: { requests: 2, warmup: 0 },
      kittVersion: '0',
    })
    const numbers = JSON.stringify(document.results.map(({ metrics }) => metrics)).match(
      /\d+(\.\d+)?(e[+-]?\d+)?/g,
    )
    expect(Math.max(...(numbers ?? []).map(Number))).toBeLessThan(2 ** 31)
    const told = { output_tokens: 2 * WORDS, token_source: 'chunks', input_tokens: null }
    expect(document.results[0]?.metrics).toMatchObject(told)
    expect(JSON.stringify(document.warnings)).toContain('usage_doubtful')
  },
)
