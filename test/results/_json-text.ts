import fc from 'fast-check'

// JSON as text, spelled in every way that JSON allows.

const blank = fc.stringMatching(/^[ \n\r\t]{0,2}$/)
const NUMBERS = [
  '0',
  '-0',
  '1.0',
  '1e400',
  '-1E+2',
  '12345678901234567890',
  '0.1000',
  '9007199254740993',
  '1e-400',
]

/** A string, some of its characters escaped though they need not be. */
const text = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 1 }),
        fc.constantFrom('"', '\\', '{', ']', ',', '\u2028'),
      ),
      fc.boolean(),
    ),
    { maxLength: 6 },
  )
  .map(
    (chars) =>
      `"${chars.map(([char, asEscape]) => (asEscape ? escaped(char) : JSON.stringify(char).slice(1, -1))).join('')}"`,
  )

const escaped = (char: string) =>
  char
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')

const KEYS = ['"a"', '"\\u0061"', '"1"', '"0"', '"__proto__"', '"constructor"', '"outputs"', '"id "', '""']
const key = fc.oneof(text, fc.constantFrom(...KEYS))

const { value, object } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('true', 'false', 'null', ...NUMBERS),
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc
      .array(fc.tuple(blank, tie('value'), blank), { maxLength: 4 })
      .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(blank, key, blank, blank, tie('value'), blank), { maxLength: 5 })
    .map((members) => `{${members.map(([a, k, b, c, v, d]) => `${a}${k}${b}:${c}${v}${d}`).join(',')}}`),
}))

export const JsonValueText = value
export const JsonObjectText = object
export const JsonKeyText = key
