import { own } from '../../lib/own.ts'
import { type Env, exec } from '../exec.ts'
import { type GpuFinding, numberOf } from './gpu.ts'

export const FORMAT = '--format=csv,noheader,nounits'

/** One GPU's values by field. */
export type Row = Record<string, string>

/** The answer of `nvidia-smi`; it may have rows whatever its exit code. */
export type Answer = { rows: Row[]; findings: GpuFinding[]; missing: boolean }

/** Field names of older drivers. */
const OLDER: Record<string, string> = { 'clocks_event_reasons.active': 'clocks_throttle_reasons.active' }

/** The fields without the one that the driver reports as unknown; null when it reports none. */
export function withoutUnknown(fields: readonly string[], output: string): string[] | null {
  const unknown = /"?([\w.]+)"? is not a valid field to query/i.exec(output)?.[1]
  const at = unknown === undefined ? -1 : fields.indexOf(unknown)
  if (unknown === undefined || at < 0) return null
  const older = own(OLDER, unknown)
  return [...fields.slice(0, at), ...(older === undefined ? [] : [older]), ...fields.slice(at + 1)]
}

/** Rows begin with a GPU's index and have all fields; other lines are messages. */
export function readRows(text: string, fields: readonly string[]): { rows: Row[]; messages: string[] } {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const cells = lines.map((line) => line.split(',').map((cell) => cell.trim()))
  const isRow = (row: string[]) => row.length === fields.length && /^\d+$/.test(row[0] ?? '')
  return {
    rows: cells
      .filter(isRow)
      .map((row) => Object.fromEntries(fields.map((field, i) => [field, row[i] ?? '']))),
    messages: lines.filter((_, i) => !isRow(cells[i] ?? [])).map((line) => line.trim()),
  }
}

/** Why a value is missing: `[Insufficient Permissions]` → `Insufficient Permissions`; null when it is there. */
export const unreadable = (value: string | undefined): string | null =>
  value === undefined ? null : (/^\[(.+)\]$/.exec(value)?.[1] ?? (value === 'N/A' ? value : null))

export const numberIn = (row: Row, field: string): number | null => numberOf(row[field])

const LOST = /GPU is lost|fallen off the bus|device handle for GPU/i

/** Whether a field reports the card as lost: a lost card can still be listed. */
export const isLost = (row: Row): boolean => Object.values(row).some((value) => LOST.test(value))

/** Exit codes from nvidia-smi(1) that have a remedy. */
const EXIT: Record<number, string> = {
  4: 'its user has no permission to the device',
  8: 'a power cable of a card is not attached',
  9: 'the driver is not loaded',
  10: 'the kernel saw an interrupt problem with a card',
  12: 'the NVML library is not found',
  14: 'the infoROM of a card is corrupted',
  15: 'a card has fallen off the bus',
}

/** Findings of an answer: lost cards, messages, and why it failed. */
export function findingsOf(
  code: number | null,
  messages: readonly string[],
  timeoutMs: number,
): GpuFinding[] {
  const lines = [...new Set(messages)].slice(0, 8).map((line) => line.slice(0, 300).replace(/\s+/g, ' '))
  const kinds = lines.map((line): GpuFinding => {
    if (/infoROM is corrupted/i.test(line)) return { code: 'inforom_corrupted', message: sentence(line) }
    return { code: LOST.test(line) ? 'gpu_lost' : 'tool_failed', message: sentence(line) }
  })
  // Other messages of a successful run are no failure.
  const found = kinds.filter((one) => code !== 0 || one.code !== 'tool_failed')
  if (code === null) {
    const message = `nvidia-smi did not answer within ${timeoutMs / 1000} s and was ended.`
    return [...found, { code: 'tool_hangs', message }]
  }
  const reason = EXIT[code]
  if (code === 14 && !found.some((one) => one.code === 'inforom_corrupted'))
    found.push({ code: 'inforom_corrupted', message: `nvidia-smi exited with 14: ${reason}.` })
  if (code === 15 && !found.some((one) => one.code === 'gpu_lost'))
    found.push({ code: 'gpu_lost', message: `nvidia-smi exited with 15: ${reason}.` })
  if (code !== 0 && found.length === 0)
    found.push({
      code: 'tool_failed',
      message: `nvidia-smi exited with ${code}${reason ? `: ${reason}` : ''}.`,
    })
  return found
}

const sentence = (line: string) => (/[.!]$/.test(line) ? line : `${line}.`)

/** Queries fields of every GPU, the index first; fields unknown to the driver are left out. Never rejects. */
export async function askNvidia(env: Env, fields: readonly string[], timeoutMs: number): Promise<Answer> {
  for (let asked = [...fields]; ; ) {
    const query = [`--query-gpu=${asked.join(',')}`, FORMAT]
    const { code, stdout, stderr, missing } = await exec('nvidia-smi', query, { env, timeoutMs })
    if (missing) return { rows: [], findings: [], missing }
    const fewer = withoutUnknown(asked, stdout + stderr)
    const { rows, messages } = readRows(stdout, asked)
    // stderr, such as a note about a missing library, matters only without other output.
    const errors =
      rows.length === 0 && messages.length === 0
        ? stderr.split('\n').filter((line) => line.trim() !== '')
        : []
    if (fewer === null || fewer.length === 0)
      return { rows, findings: findingsOf(code, [...messages, ...errors], timeoutMs), missing }
    asked = fewer
  }
}
