import { readFileSync } from 'node:fs'
import { marked } from 'marked'
import { expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { junitOf } from '../../../bin/gate/junit.ts'
import { limit, limitLines } from '../../../bin/gate/limits.ts'
import { markdownOf } from '../../../bin/gate/markdown.ts'
import { notCarriedOut, type Report, reportOf } from '../../../bin/gate/report.ts'
import { judgementOf, metricOf, reported } from './_report.ts'

const HOSTILE =
  'a|b` <script>alert(1)</script> **x** [l](http://evil.example) @octocat\n# h\u0007\ud800 &amp;'

const differs = [{ field: 'load.concurrency', before: 8, after: 16 }]
const REPORTS: Record<string, Report> = {
  worse: reported(
    judgementOf(
      [
        metricOf(),
        metricOf({ name: 'ttft_ms.p95', unit: 'ms', role: 'secondary', better: 'lower', verdict: 'unclear' }),
      ],
      {
        environment: [{ field: 'engine_version', before: '0.11.0', after: '0.11.2' }],
        left_out: [{ result_id: 'x1', reasons: ['failed', 'throttled'] }],
      },
    ),
  ),
  better: reported(judgementOf([metricOf({ verdict: 'better', text: 'better (+6 %)' })])),
  unclear: reported(
    judgementOf([metricOf({ verdict: 'unclear', text: 'cannot tell: about 4 more runs each would tell' })]),
  ),
  limits: reportOf(undefined, limitLines(limit('a<1'), []), { ids: ['c1'], isUnclearPassed: false }),
  'not comparable': reported(
    judgementOf([], { comparable: { level: 'not_comparable', differs, remarks: [] } }),
  ),
  error: notCarriedOut('There is no server at http://127.0.0.1:1.'),
  hostile: reported(
    judgementOf([metricOf({ name: HOSTILE, unit: HOSTILE, text: HOSTILE, verdict: 'worse' })], {
      setups: [{ setup_id: 'a', base_id: 'a', label: HOSTILE }],
      comparable: { level: 'remarks', differs: [], remarks: [HOSTILE] },
      environment: [{ field: 'engine_version', before: HOSTILE, after: null }],
      left_out: [{ result_id: HOSTILE, reasons: [HOSTILE] }],
      runs: { base: ['b'], candidate: [HOSTILE] },
    }),
  ),
}

const ran = { at: new Date('2026-01-15T12:00:00.123Z'), host: 'ci-1', seconds: 1.5 }

test.each(Object.entries(REPORTS))(
  'the JUnit of a gate that is %s is valid by the schema',
  async (_, report) => {
    const xml = [{ fileName: 'gate.xml', contents: junitOf(report, ran) }]
    const schema = [readFileSync(new URL('junit.xsd', import.meta.url), 'utf8')]
    const { valid, errors } = await validateXML({ xml, schema })
    expect(errors.map(({ message }) => message)).toEqual([])
    expect(valid).toBe(true)
  },
)

test('what is worse is a failure, what cannot be told is skipped or fails with the gate, and all are counted', () => {
  const worse = junitOf(REPORTS['worse'] as Report, ran)
  expect(worse).toContain('tests="2" failures="1" errors="0"')
  expect(worse).toContain(
    '<failure type="failure" message="worse (−6 %, 95 % interval −8 % to −4 %)">value 940 tok/s',
  )
  expect(junitOf(REPORTS['unclear'] as Report, ran)).toContain('failures="1" errors="0"')
  const metrics = [metricOf({ verdict: 'unclear' })]
  expect(junitOf(reported(judgementOf(metrics), true), ran)).toContain('failures="0" errors="0"')
  for (const name of ['not comparable', 'error'])
    expect(junitOf(REPORTS[name] as Report, ran), name).toContain('tests="1" failures="0" errors="1"')
  expect(junitOf(REPORTS['limits'] as Report, ran)).toContain('tests="2" failures="0" errors="2"')
})

/** What a renderer of GitHub's Markdown makes of it. */
const rendered = (report: Report) => marked.parse(markdownOf(report), { gfm: true, async: false })

test('the Markdown renders as a headline, a sentence, a table and lists', () => {
  const html = rendered(REPORTS['worse'] as Report)
  expect(html).toContain('<h3>❌ Worse</h3>')
  expect(html).toContain('<strong>qwen · vllm · H100</strong>')
  expect(html.match(/<th[ >]/g)).toHaveLength(8)
  expect(html.match(/<tr>/g)).toHaveLength(3)
  expect(html).toContain('<td><code>output_tps</code></td>')
  expect(html).toContain('<td align="right">1,000</td>')
  expect(html).toContain('<td align="right">−8 to −4 %</td>')
  expect(html).toContain('<td align="right">−2 %</td>')
  expect(html).toContain('<td><strong>worse</strong></td>')
  expect(html).toContain('<li>engine_version 0.11.0 → 0.11.2</li>')
  expect(html).toContain('<li><code>x1</code>: it failed, the GPU was throttled</li>')
  expect(html).toContain('1 run against 2 runs')
})

test.each(Object.entries(REPORTS))('the Markdown of a gate that is %s says how it ended', (_, report) => {
  const html = rendered(report)
  expect(html.startsWith('<h3>')).toBe(true)
  expect(html).toContain(
    {
      ...{ better: '✅ Better', same: '✅ The same', worse: '❌ Worse', unclear: '⚠️ Cannot tell' },
      ...{ not_comparable: '⚠️ Not comparable', error: '⚠️ Could not be carried out' },
    }[report.verdict],
  )
})

test('names stay names: no markup, no link, no mention, no cell more', () => {
  const markdown = markdownOf(REPORTS['hostile'] as Report)
  const html = rendered(REPORTS['hostile'] as Report)
  expect(html).not.toMatch(/<script|<a |<em>|<h1/)
  expect(html.match(/<strong>/g)).toHaveLength(2)
  expect(html.match(/<td/g)).toHaveLength(8)
  // GitHub makes mentions of text outside of code.
  expect(html.replace(/<code>.*?<\/code>/g, '')).not.toContain('@octocat')
  for (const hidden of ['\u0007', '\ud800']) expect(markdown).not.toContain(hidden)
})
