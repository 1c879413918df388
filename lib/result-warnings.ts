/** `about` has the benchmark, its point and the number of runs: `load 4.2/s, 3 runs`. */
export type ResultWarning = { code: string; message: string; about: string }

type Placed = Omit<ResultWarning, 'about'> & { place: string; often: string }

/** The warnings of a result's document, those that differ only in their benchmark as one. */
export function warningsOf(warnings: unknown): ResultWarning[] {
  const found = new Map<string, { first: Placed; places: string[] }>()
  for (const warning of Array.isArray(warnings) ? warnings.map(placed) : []) {
    const key = `${warning.code}\n${warning.message}\n${warning.often}`
    const known = found.get(key) ?? { first: warning, places: [] }
    if (warning.place) known.places.push(warning.place)
    found.set(key, known)
  }
  return [...found.values()].map(({ first: { code, message, often }, places }) => ({
    code,
    message,
    about: [...places, often].filter(Boolean).join(', '),
  }))
}

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

function placed(value: unknown): Placed {
  const of = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const code = textOf(of['code'])
  const runs = of['runs']
  return {
    code: code ?? 'warning',
    message: textOf(of['message']) ?? textOf(value) ?? code ?? '',
    place: [textOf(of['benchmark']), textOf(of['point'])].filter(Boolean).join(' '),
    often: typeof runs === 'number' && Number.isFinite(runs) ? `${runs} runs` : '',
  }
}
