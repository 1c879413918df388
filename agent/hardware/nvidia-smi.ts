import { type Env, exec } from '../exec.ts'
import { type GpuFinding, numberOf } from './gpu.ts'

export const FORMAT = '--format=csv,noheader,nounits'

/** One GPU's line of a query, by the names of the fields. */
export type Row = Record<string, string>

/** What `nvidia-smi` answered: rows where it had any, whatever it exited with. */
export type Answer = { rows: Row[]; findings: GpuFinding[]; missing: boolean }

/** Names that fields had in older drivers. */
const OLDER: Record<string, string> = { 'clocks_event_reasons.active': 'clocks_throttle_reasons.active' }

/** The fields to ask for instead, when the driver said that it does not know one of them; null when it did not. */
export function withoutUnknown(fields: readonly string[], said: string): string[] | null {
  const unknown = /"?([\w.]+)"? is not a valid field to query/i.exec(said)?.[1]
  const at = unknown === undefined ? -1 : fields.indexOf(unknown)
  if (unknown === undefined || at < 0) return null
  const older = OLDER[unknown]
  return [...fields.slice(0, at), ...(older === undefined ? [] : [older]), ...fields.slice(at + 1)]
}

/** Rows begin with the index of a GPU and have as many fields as were asked for; all else is said to a person. */
export function readRows(text: string, fields: readonly string[]): { rows: Row[]; said: string[] } {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const cells = lines.map((line) => line.split(',').map((cell) => cell.trim()))
  const isRow = (row: string[]) => row.length === fields.length && /^\d+$/.test(row[0] ?? '')
  return {
    rows: cells
      .filter(isRow)
      .map((row) => Object.fromEntries(fields.map((field, i) => [field, row[i] ?? '']))),
    said: lines.filter((_, i) => !isRow(cells[i] ?? [])).map((line) => line.trim()),
  }
}

/** Why a value is not told: `[Insufficient Permissions]` → `Insufficient Permissions`; null when it is told. */
export const unreadable = (value: string | undefined): string | null =>
  value === undefined ? null : (/^\[(.+)\]$/.exec(value)?.[1] ?? (value === 'N/A' ? value : null))

export const numberIn = (row: Row, field: string): number | null => numberOf(row[field])

const LOST = /GPU is lost|fallen off the bus|device handle for GPU/i

/** Whether one of a row's fields says that the card is gone: it can be listed and still not be there. */
export const isLost = (row: Row): boolean => Object.values(row).some((value) => LOST.test(value))

/** The exit codes of nvidia-smi(1) that a person can do something about. */
const EXIT: Record<number, string> = {
  4: 'its user has no permission to the device',
  8: 'a power cable of a card is not attached',
  9: 'the driver is not loaded',
  10: 'the kernel saw an interrupt problem with a card',
  12: 'the NVML library is not found',
  14: 'the infoROM of a card is corrupted',
  15: 'a card has fallen off the bus',
}

/** What a person has to know of an answer: who is lost, what was said beside the rows, why it was no success. */
export function findingsOf(code: number | null, said: readonly string[], timeoutMs: number): GpuFinding[] {
  const lines = [...new Set(said)].slice(0, 8).map((line) => line.slice(0, 300).replace(/\s+/g, ' '))
  const kinds = lines.map((line): GpuFinding => {
    if (/infoROM is corrupted/i.test(line)) return { code: 'inforom_corrupted', message: sentence(line) }
    return { code: LOST.test(line) ? 'gpu_lost' : 'tool_failed', message: sentence(line) }
  })
  // What a tool that succeeded says of other things is no fault.
  const told = kinds.filter((one) => code !== 0 || one.code !== 'tool_failed')
  if (code === null) {
    const message = `nvidia-smi did not answer within ${timeoutMs / 1000} s and was ended.`
    return [...told, { code: 'tool_hangs', message }]
  }
  const reason = EXIT[code]
  if (code === 14 && !told.some((one) => one.code === 'inforom_corrupted'))
    told.push({ code: 'inforom_corrupted', message: `nvidia-smi exited with 14: ${reason}.` })
  if (code === 15 && !told.some((one) => one.code === 'gpu_lost'))
    told.push({ code: 'gpu_lost', message: `nvidia-smi exited with 15: ${reason}.` })
  if (code !== 0 && told.length === 0)
    told.push({
      code: 'tool_failed',
      message: `nvidia-smi exited with ${code}${reason ? `: ${reason}` : ''}.`,
    })
  return told
}

const sentence = (line: string) => (/[.!]$/.test(line) ? line : `${line}.`)

/** Asks for these fields of every GPU, the index first, as far as this driver knows them. Never rejects. */
export async function askNvidia(env: Env, fields: readonly string[], timeoutMs: number): Promise<Answer> {
  for (let asked = [...fields]; ; ) {
    const query = [`--query-gpu=${asked.join(',')}`, FORMAT]
    const { code, stdout, stderr, missing } = await exec('nvidia-smi', query, { env, timeoutMs })
    if (missing) return { rows: [], findings: [], missing }
    const fewer = withoutUnknown(asked, stdout + stderr)
    const { rows, said } = readRows(stdout, asked)
    // What it prints on the side, as of a library it looks for, matters only when it has nothing else to say.
    const aside =
      rows.length === 0 && said.length === 0 ? stderr.split('\n').filter((line) => line.trim() !== '') : []
    if (fewer === null || fewer.length === 0)
      return { rows, findings: findingsOf(code, [...said, ...aside], timeoutMs), missing }
    asked = fewer
  }
}
