import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SECRET, unfit } from '../agent/bench/request/transcripts/_expect.ts'
import { byPrompt, keeping, playing } from '../agent/bench/request/transcripts/_server.ts'
import { ending, say, type Transcript } from '../agent/bench/request/transcripts/_transcript.ts'
import { connections } from '../agent/bench/request/transcripts/connections.ts'
import { TABLE } from '../agent/bench/request/transcripts/index.ts'
import { runKitt, runtime } from './_server.ts'
import { TELLS_MEMORY, watched } from './_watched.ts'

// The real program against a server that sends just what a line of the table says. One run plays many lines, one a
// prompt: a process for each would take minutes.

type AtEnd = (act: () => void | Promise<void>) => void

/** Tests that run at once must say themselves at whose end a folder or a server goes. */
function temporaryFolder(atEnd: AtEnd = onTestFinished) {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-wire-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Output {
  index: number
  ttft_ms: number | null
  tpot_ms: number | null
  output_tokens: number
  finish_reason?: string
  delivery?: string
  usage_doubt?: string
  server?: object
  error?: { kind: string; message: string }
}

interface Document {
  warnings: { code: string }[]
  config: unknown
  results: { outputs: Output[]; metrics: Record<string, unknown> & { failed_requests: number } }[]
}

const COMMON = ['--model', 'm', '--warmup', '0', '--max-error-rate', '1', '--json']

/** The arguments of a run that plays lines, each as often as told. */
function lineArguments(
  url: string,
  lines: readonly Transcript[],
  { concurrency = 3, each = 1 } = {},
): string[] {
  const cwd = temporaryFolder()
  const prompts = join(cwd, 'prompts.txt')
  writeFileSync(prompts, lines.map((line, i) => `case-${i} ${line.name.replace(/\W+/g, ' ')}\n`).join(''))
  return [
    ...['run', '--url', url, ...COMMON, '--prompts', prompts, '--results-dir', join(cwd, 'results')],
    ...['--mode', 'concurrent', '--concurrency', String(concurrency), '--timeout-s', '8'],
    ...['--requests', String(lines.length * each), '--output-tokens', String(lines[0]?.asked ?? 16)],
  ]
}

const LEAK = new RegExp(`.{0,200}${SECRET.slice(0, 12)}`)

/** Plays lines in one run; what each gave. */
async function played(lines: readonly Transcript[], concurrency: number, more: string[] = []) {
  const { url } = await playing({ choose: byPrompt(lines) })
  const run = await runKitt([...lineArguments(url, lines, { concurrency }), ...more], {
    env: { KITT_API_KEY: SECRET },
  })
  expect(run.stdout, run.stderr).toMatch(/^\{/)
  // Of the texts that say it too: each is a place to look at.
  expect.soft((run.stdout + run.stderr).match(LEAK)?.[0] ?? '').toBe('')
  const { results, warnings, config: _asked, ...about } = JSON.parse(run.stdout) as Document
  const { outputs, metrics } = results[0]!
  expect(outputs).toHaveLength(lines.length)
  const codes = warnings.map(({ code }) => code)
  // What was asked for is a matter of the options, not of the wire.
  const said = JSON.stringify([results, warnings, about]) + run.stderr
  return { outputs: outputs.sort((a, b) => a.index - b.index), metrics, codes, said }
}

/** What the program says of a line otherwise than the table. */
function otherwise(line: Transcript, output: Output): string[] {
  const { expect: asked } = line
  const { error = null } = output
  if (asked.error === null) {
    if (error) return [`${error.kind}: ${error.message}`]
    const differs = (name: keyof Output & keyof typeof asked, actual: unknown) =>
      asked[name] === undefined || asked[name] === actual ? [] : [`${name} is ${actual}, not ${asked[name]}`]
    return [
      ...differs('output_tokens', output.output_tokens),
      ...differs('finish_reason', output.finish_reason ?? null),
      ...(line.times ? [] : differs('delivery', output.delivery ?? 'streamed')),
      ...(asked.usage_doubt?.test(output.usage_doubt ?? '') === false ? ['usage is not doubted'] : []),
      ...(asked.usage_doubt === null && output.usage_doubt ? [`usage: ${output.usage_doubt}`] : []),
      ...(asked.server && !output.server ? ['what the server tells is missing'] : []),
      ...(asked.ttft_ms === null && output.ttft_ms !== null ? [`TTFT ${output.ttft_ms}`] : []),
      ...(asked.tpot_ms === null && output.tpot_ms !== null ? [`TPOT ${output.tpot_ms}`] : []),
    ]
  }
  if (!error) return ['no failure']
  const { kind, message } = asked.error!
  const right = kind.split('|').includes(error.kind) && message.test(error.message)
  return [...(right ? [] : [`${error.kind}: ${error.message}`]), ...unfit(error.message)]
}

const groups = () => {
  const { bounds = [], ...others } = TABLE
  const lines = Object.values(others).flat()
  const asked = [...new Set(lines.map((line) => line.asked ?? 16))]
  return [
    ...asked.map(
      (tokens) =>
        [`${tokens} tokens asked for`, 3, lines.filter((line) => (line.asked ?? 16) === tokens)] as const,
    ),
    ['beyond all bounds', 2, bounds] as const,
  ]
}

const HELD = /^delivery is buffered/

describe.each(groups())('kitt run against lines of the table: %s', (_name, concurrency, lines) => {
  test('counts, kinds, words and tokens are those of the table', async () => {
    const { outputs, metrics } = await played(lines, concurrency)
    // On a busy machine reads come together: an answer that seems held back is asked for once more, alone.
    const held = lines.filter((line, i) => otherwise(line, outputs[i]!).some((what) => HELD.test(what)))
    const again = held.length > 0 ? (await played(held, 1)).outputs : []
    const last = (line: Transcript, i: number) => again[held.indexOf(line)] ?? outputs[i]!
    const found = lines.flatMap((line, i) =>
      otherwise(line, last(line, i)).map((what) => `${line.name}: ${what}`),
    )
    expect(found).toEqual([])
    const failed = lines.filter(({ expect: { error } }) => error).length
    expect(metrics.failed_requests).toBe(failed)
  })
})

const group = (name: string) => TABLE[name] ?? []

test('a run says what it doubts and could not see, and counts finish reasons and kinds of output', {
  retry: 2,
}, async () => {
  const sixteen = [...group('delivery'), ...group('tokens'), ...group('usages')].filter((line) => !line.asked)
  const { metrics, codes } = await played(sixteen, 3)
  expect(codes).toEqual(expect.arrayContaining(['usage_doubtful', 'not_streamed', 'multi_token_chunks']))
  expect(metrics).toMatchObject({
    finish_reasons: { eos: 1, content_filter: 1, tool_calls: 2 },
    output_kinds: { refusal: 3, audio: 6, tool_call: 7 },
    delivery: { streamed: expect.any(Number), buffered: expect.any(Number), multi_token: 1 },
  })
})

test('the value of a header that the engine repeats is in nothing that is said', async () => {
  const secret = 'tenant/71+aeiou/of-the-tests'
  const more = ['--options', JSON.stringify({ headers: { 'X-Tenant-Key': secret } })]
  const { said } = await played(group('words'), 3, more)
  for (const form of [secret, secret.replaceAll('/', '\\/'), encodeURIComponent(secret), 'aeiou'])
    expect(said).not.toContain(form)
})

describe('kitt run against servers that do as they like with connections', () => {
  test.concurrent.for(connections.map((line) => [line.name, line] as const))(
    '%s',
    async ([, line], { onTestFinished: atEnd }) => {
      const { url, seen } = await keeping(line.keeping, atEnd)
      const waits = line.pause
        ? ['--mode', 'constant', '--rate', String(1000 / (line.pause + 60))]
        : ['--mode', 'synchronous']
      const args = ['run', '--url', url, ...COMMON, ...waits, '--requests', String(line.requests)]
      const run = await runKitt([...args, '--results-dir', temporaryFolder(atEnd)], {})
      if (line.expect.failed === line.requests && run.stdout === '') {
        // No request was answered at all: there is no result.
        expect(run).toMatchObject({ code: 1, stderr: expect.stringMatching(/nothing was measured/) })
        expect(seen.requests).toBeGreaterThanOrEqual(line.requests)
        return
      }
      expect(run.stdout, run.stderr).toMatch(/^\{/)
      const { outputs, metrics } = (JSON.parse(run.stdout) as Document).results[0]!
      const { failed, reconnects, error } = line.expect
      const said = outputs.flatMap((one) => (one.error ? [`${one.error.kind}: ${one.error.message}`] : []))
      expect(said.length, said.join('\n')).toBe(failed)
      expect(metrics.failed_requests).toBe(failed)
      for (const output of outputs.filter((one) => one.error && error)) {
        expect(output.error!.kind).toBe(error!.kind)
        expect(output.error!.message).toMatch(error!.message)
      }
      const client = metrics['client'] as { reconnects: number } | undefined
      expect(client?.reconnects).toBeGreaterThanOrEqual(reconnects[0])
      expect(client?.reconnects).toBeLessThanOrEqual(reconnects[1])
      const counts = [
        [seen.requests, line.expect.seen],
        [seen.connections, line.expect.opened],
      ] as const
      for (const [count, bounds] of counts) {
        expect(count).toBeGreaterThanOrEqual(bounds?.[0] ?? 0)
        expect(count).toBeLessThanOrEqual(bounds?.[1] ?? 99)
      }
    },
  )
})

const bound = (name: string) => {
  const line = TABLE['bounds']?.find((one) => one.name === name)
  if (!line) throw new Error(`The table has no line "${name}".`)
  return line
}
/** A good answer of many tokens, as fast as it can come: what the program takes when it only works. */
const BUSY: Transcript = {
  name: 'many tokens at once',
  reads: [[1, say('word ').repeat(250) + ending(250)]],
  asked: 250,
  expect: {},
}

describe.skipIf(!TELLS_MEMORY)(
  'memory stays within 50 MB, and 1 MB a request, whatever a server sends',
  () => {
    const peak = async (line: Transcript, concurrency: number, each: number) => {
      const { url } = await playing({ choose: byPrompt([line]) })
      const run = await watched(lineArguments(url, [line], { concurrency, each }))
      // Where no request was answered at all there is no result.
      if (run.stdout === '' && /nothing was measured/.test(run.stderr))
        return { peakMb: run.peakMb, failed: each }
      const { outputs } = (JSON.parse(run.stdout) as Document).results[0]!
      return { peakMb: run.peakMb, failed: outputs.filter((output) => output.error).length }
    }
    const once = <T>(make: () => Promise<T>) => {
      let made: Promise<T> | undefined
      return () => (made ??= make())
    }
    const busyFew = once(async () => (await peak(BUSY, 2, 600)).peakMb)
    const busyMany = once(async () => (await peak(BUSY, 64, 600)).peakMb)
    // Bun's fetch reads and unpacks bytes before they are asked for; on a busy machine it gets further ahead.
    const [base, each] = runtime === 'bun' ? [100, 4] : [50, 1]

    test.each([
      ['a line without end', 2],
      ['a body without end that says nothing', 2],
      ['headers without end', 2],
      ['a JSON answer without end', 1],
      ['gzip of a body without end', 2],
      ['a status whose words have no end', 2],
      ['a line without end', 64],
      ['tokens without end', 64],
    ])('%s, %i at once', async (name, requests) => {
      // What a good run takes is no harm done: the young generation of V8 is then at its full size.
      const busy = await (requests > 2 ? busyMany : busyFew)()
      const { peakMb, failed } = await peak(bound(name), requests, requests)
      expect(failed).toBe(requests)
      expect(peakMb - busy).toBeLessThan(base + requests * each)
    })
  },
)
