import fc from 'fast-check'

/** Stand for what only the text of JSON can hold: a number beyond doubles, and more brackets than a stack has room. */
const PLACES: Record<string, string> = {
  '@huge@': '1e999',
  '@lists@': `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  '@objects@': `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
}

export const OddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    'x\udfff',
    '\u202eabc\u2066',
    'a\r\ndata: x\n\nid: 7',
    "'; DROP TABLE runs; --",
    '"%_\\',
    '<script>alert(1)</script>',
    '../../etc/passwd',
    '-rf',
    '😀'.repeat(50),
    'x'.repeat(300),
    'x'.repeat(70_000),
    'NaN',
    '1e999',
    'true',
    '__proto__',
  ),
)

const OddNumber = fc.constantFrom(
  0,
  -0,
  -1,
  0.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  1e21,
  Number.MAX_SAFE_INTEGER,
)

const OddObject = fc.constantFrom(
  '{"__proto__":{"status":"x"}}',
  '{"constructor":{"prototype":1},"toString":null}',
  '{"length":3,"0":1}',
  '{"":{"":{"":[]}}}',
)

/** Anything that JSON can say and a schema does not expect. */
export const Junk: fc.Arbitrary<unknown> = fc.oneof(
  OddText,
  OddNumber,
  OddObject.map((text) => JSON.parse(text) as unknown),
  fc.constantFrom(null, true, false, [], {}, [[]], [null], ...Object.keys(PLACES)),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A value as the text of a body. */
export const bodyText = (value: unknown): string =>
  JSON.stringify(value).replace(/"(@\w+@)"(?!:)/g, (text, place: string) => PLACES[place] ?? text)

/** Bodies that are no JSON object at all. */
export const BrokenBody: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.constantFrom(
    '{',
    '[]',
    '"x"',
    '7',
    'null',
    '{"a":1,}',
    '\u0000',
    `${'['.repeat(200_000)}`,
    '{"a":NaN}',
    '  ',
  ),
  fc.uint8Array({ minLength: 1, maxLength: 20 }),
)
