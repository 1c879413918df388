import { expect, test } from 'vitest'
import { csvLine, exportedRow } from '../../bin/results/csv.ts'

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

test('81: no field of a result, and no name of a metric, brings a formula or a control into the file', () => {
  const bad = '=1+1\u001b[31m'
  const document = {
    ...Object.fromEntries(
      ['model', 'engine', 'engine_version', 'suite_name', 'kitt_version'].map((k) => [k, bad]),
    ),
    timestamp: bad,
    passed: true,
    system_info: { gpu: { model: bad, count: bad } },
    results: [{ test_name: 't', metrics: { [bad]: -1 } }],
  }
  const file = csvLine([bad]) + csvLine(exportedRow(JSON.stringify(document), [bad]))
  expect(file).not.toMatch(/(^|,)"?[=+@]/m)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  expect(file).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/)
  expect(file.split('\r\n')).toHaveLength(3)
})
