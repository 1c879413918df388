/** With thousands separators. Without `Intl`, whose first use takes 40 ms and more in a new browser. */
export function fixed(value: number, digits: number): string {
  const [whole = '', ...rest] = value.toFixed(digits).split('.')
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...rest].join('.')
}

/** Three significant digits, whole numbers from 100 on: 0.042 · 9.13 · 91.5 · 1,234. */
export function formatNumber(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e15) return fixed(value, 0)
  if (size !== 0 && size < 0.0005) return value.toExponential(1)
  return fixed(value, digitsOf(size))
}

/** The digits after the point that such a size is shown with. */
export const digitsOf = (size: number) =>
  size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size >= 0.0995 ? 3 : 4

/** `1 run`, `1,234 runs`. */
export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${formatNumber(n)} ${n === 1 ? one : many}`

/** A signed change: `+3.1 %`, `−12 %`; without a sign where it rounds to zero: `0.0 %`. */
export const formatPercent = (change: number): string => `${signedSize(change)} %`

/** A change in percent or points without its unit: `+3.1`, `−12`, `0.0`. */
export function signedSize(change: number): string {
  const size = Math.abs(change)
  const text = fixed(size, size >= 10 ? 0 : 1)
  const sign = text === '0.0' ? '' : change < 0 ? '−' : '+'
  return `${sign}${text}`
}
