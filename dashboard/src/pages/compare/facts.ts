import { asText } from '../../lib/loose.ts'
import { assertedText } from '../../lib/provenance.ts'
import type { ResultView } from '../../lib/result.ts'
import { optionsOf } from '../../lib/setup.ts'

export type Fact = { name: string; values: string[] }

/** The facts in which runs can differ, the most important first. */
export function factsOf(results: ResultView[], agentName: (id: string | null) => string): Fact[] {
  const each = (name: string, of: (result: ResultView) => string | undefined): Fact => ({
    name,
    values: results.map((result) => of(result) ?? '–'),
  })
  return [
    each('Model', ({ model }) => model),
    each('Engine', ({ engine }) => engine),
    each('Engine version', ({ engineVersion }) => engineVersion),
    each('GPU', ({ gpu }) => gpu),
    each('Agent', ({ agentId }) => agentName(agentId)),
    each('Suite', ({ suite }) => suite),
    each('Benchmarks', ({ benchmarks }) => benchmarks.join(', ')),
    each('Kind', ({ simulated }) => (simulated ? 'simulated' : 'real')),
    each('Measured by', ({ imported }) => imported?.tool ?? 'KITT'),
    each('Told, not measured', ({ imported }) => (imported && assertedText(imported)) || undefined),
    each('Outcome', ({ passed }) => (passed === undefined ? undefined : passed ? 'passed' : 'failed')),
    each('Warnings', ({ warnings }) => warnings.map(({ code }) => code).join(', ') || 'none'),
    each('KITT version', ({ document }) => asText(document['kitt_version'])),
    ...optionNames(results).map((name) => each(`Option ${name}`, (result) => optionOf(result, name))),
  ]
}

/** Whether all runs have the same value. */
export const isSame = ({ values }: Fact): boolean => new Set(values).size <= 1

const optionNames = (results: ResultView[]): string[] => [
  ...new Set(results.flatMap((result) => optionsOf(result).map(([name]) => name))),
]

function optionOf(result: ResultView, name: string): string | undefined {
  const value = optionsOf(result).find(([key]) => key === name)?.[1]
  if (value === undefined) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}
