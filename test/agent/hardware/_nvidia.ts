import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { executable } from '../_host.ts'

/** What a card tells by the names of nvidia-smi's fields. */
export type Card = Record<string, string>

const H100: Card = {
  ...{ name: 'NVIDIA H100 80GB HBM3', 'memory.total': '81559', driver_version: '580.95.05' },
  ...{ 'power.limit': '700.00', 'mig.mode.current': 'Disabled', 'memory.used': '1024' },
  ...{ 'utilization.gpu': '50', 'power.draw': '300.00', 'clocks.sm': '1980', 'clocks.mem': '2619' },
  ...{ 'temperature.gpu': '52', 'clocks_event_reasons.active': '0x0000000000000000' },
}

/** A healthy card; `more` makes it another. */
export const card = (index: number, more: Card = {}): Card => ({
  index: String(index),
  uuid: uuidOf(index),
  ...H100,
  ...more,
})

export const uuidOf = (index: number) => `GPU-6f0c1b5e-000${index}-aaaa-bbbb-00000000000${index}`

export type Smi = {
  cards?: Card[]
  /** Printed before and after the rows, as warnings are. */
  before?: string
  after?: string
  code?: number
  /** It starts and says nothing more. */
  hangs?: boolean
  list?: string
  overview?: string
  /** `pid, uuid` lines. */
  apps?: string
  /** Fields this driver does not know. */
  unknown?: string[]
  /** Shell commands of the mode that goes on, before its first reading. */
  watching?: string
}

const OVERVIEW = '| NVIDIA-SMI 580.95.05    Driver Version: 580.95.05    CUDA Version: 13.0     |'

/**
 * An nvidia-smi on the PATH: it tells the fields it is asked for, refuses those it does not know, and with -lms
 * goes on. It writes its arguments into `asked`, and the ids of its processes into `pids`, beside it.
 */
export function fakeSmi(bin: string, smi: Smi): void {
  const { cards = [], unknown = [], code = 0 } = smi
  const fields = [...new Set(cards.flatMap((one) => Object.keys(one)))].filter(
    (field) => !unknown.includes(field),
  )
  const rows = [fields, ...cards.map((one) => fields.map((field) => one[field] ?? '[N/A]'))]
  const file = (name: string, text: string) =>
    writeFileSync(join(bin, `smi-${name}`), text === '' ? '' : `${text}\n`)
  executable(bin, 'nvidia-smi', SCRIPT.replaceAll('BIN', bin).replaceAll('CODE', String(code)))
  file('table', rows.map((row) => row.join(',')).join('\n'))
  for (const name of ['before', 'after', 'list', 'apps'] as const) file(name, smi[name] ?? '')
  file('overview', smi.overview ?? OVERVIEW)
  file('watching', smi.watching ?? '')
  file('hangs', smi.hangs ? 'sleep 60' : '')
}

const SCRIPT = `#!/bin/sh
echo "$*" >> BIN/asked
echo $$ >> BIN/pids
. BIN/smi-hangs
case "$1" in
'') cat BIN/smi-overview; exit CODE ;;
-L) cat BIN/smi-list; exit CODE ;;
--query-compute-apps=*) cat BIN/smi-apps; exit CODE ;;
esac
tell() {
  cat BIN/smi-before
  awk -F, -v asked="\${1#--query-gpu=}" '
    BEGIN { n = split(asked, want, ",") }
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i
      for (i = 1; i <= n; i++) if (!(want[i] in at)) { print "Field \\"" want[i] "\\" is not a valid field to query."; exit 2 }
      next }
    { line = $(at[want[1]]); for (i = 2; i <= n; i++) line = line ", " $(at[want[i]]); print line }' BIN/smi-table || exit 2
  cat BIN/smi-after
}
case "$*" in *-lms*)
  . BIN/smi-watching
  while :; do tell "$1"; sleep 0.2; done ;;
esac
tell "$1"
exit CODE
`
