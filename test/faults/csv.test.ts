import { expect, test } from 'vitest'
import { csvLine } from '../../lib/csv.ts'
import { createTestApp } from '../_setup.ts'

const cellOf = (value: unknown) => csvLine([value]).slice(0, -2)

const CELLS: [string, string][] = [
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['+1+cmd|x', "'+1+cmd|x"],
  ['-2+3', "'-2+3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "' =1"],
  ['\r=1', "' =1"],
  [' =1', "' =1"],
  ['＝1', "'＝1"],
  ['-', "'-"],
  ['-5', '-5'],
  ['a;=1+1', '"a;=1+1"'],
  ['-1.5e-7', '-1.5e-7'],
  ['+3', '+3'],
  ['a\u001b[2Jb\u0000\u009bc', 'a[2Jbc'],
  ['a\r\nb\nc', 'a b c'],
  ['Qwen/Qwen2.5-7B', 'Qwen/Qwen2.5-7B'],
  ['模型 é', '模型 é'],
]
test.each(CELLS)('81: a cell %j is written as %j', (value, cell) => expect(cellOf(value)).toBe(cell))

test('81: numbers stay numbers, absent ones empty', () => {
  expect(csvLine([-5, -1e-7, 0, null, undefined, true])).toBe('-5,-1e-7,0,,,true\r\n')
})

test('81: no field of a result, and no name of a metric, brings a formula or a control into the file', async () => {
  const app = await createTestApp()
  const bad = '=1+1\u001b[31m'
  const document = {
    ...Object.fromEntries(
      ['model', 'engine', 'engine_version', 'suite_name', 'kitt_version', 'provenance'].map((k) => [k, bad]),
    ),
    timestamp: '2026-01-02',
    passed: true,
    tool: { name: bad },
    tags: [bad],
    environment: { image: { name: bad, digest: bad } },
    system_info: { hostname: bad, gpu: { model: bad, count: bad }, driver_version: bad },
    results: [
      {
        test_name: bad,
        metrics: { [bad]: -1 },
        outputs: [{ index: 0, ttft_ms: -1, finish_reason: bad, error: { kind: bad, message: bad } }],
      },
    ],
  }
  await app.call('POST', '/api/v1/results/import', document)
  for (const query of ['format=csv', 'format=csv&requests=true']) {
    const file = await (await app.fetch(`http://test/api/v1/results/export?${query}`)).text()
    expect(file).not.toMatch(/(^|,)"?[=+@]/m)
    expect(file).toContain("'=1+1")
    expect(file).toMatch(/,-1(,|\r)/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(file).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/)
    expect(file.split('\r\n')).toHaveLength(3)
  }
})
