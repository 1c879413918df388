import { own } from '../../../lib/own.ts'
import { asObject, asText, type Loose } from './loose.ts'

/** A fact of a result that its tool did not write, and who told it. */
export type AssertedFact = { name: string; value: string; by: string }

/** Where an imported result comes from. */
export type Provenance = {
  /** With its version: `vllm bench serve 0.11`. */
  tool: string
  format: string | undefined
  file: string | undefined
  asserted: AssertedFact[]
  /** How the time of the measurement is known, if not from the file. */
  time: string | undefined
}

const TIMES: Record<string, string> = {
  file_local: 'from the file, without a time zone',
  file_name: 'from the name of the file',
  file_time: 'the date of the file',
  received: 'the time of the import',
}

/** Undefined for what KITT has measured. */
export function provenanceOf(document: Loose): Provenance | undefined {
  if (document['provenance'] !== 'imported') return undefined
  const tool = asObject(document['tool'])
  const told = Object.entries(asObject(document['asserted'])).map(([name, fact]) => {
    const { value, by } = asObject(fact)
    return { name: name.replaceAll('_', ' '), value: String(value ?? ''), by: asText(by) ?? '' }
  })
  return {
    tool: [asText(tool['name']) ?? 'another tool', asText(tool['version'])].filter(Boolean).join(' '),
    format: asText(tool['format']),
    file: asText(tool['file']),
    asserted: told,
    time: own(TIMES, asText(document['timestamp_source']) ?? ''),
  }
}

/** What was told and not measured: `engine_version 0.11 (by admin)`. */
export const assertedText = ({ asserted }: Provenance): string =>
  asserted.map(({ name, value, by }) => `${name} ${value} (${byText(by)})`).join(', ')

/** A habit of the tool is no person. */
export const byText = (by: string): string => (by === 'tool' ? 'as usual for the tool' : `told by ${by}`)
