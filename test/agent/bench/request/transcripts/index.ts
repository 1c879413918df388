import type { Transcript } from './_transcript.ts'
import { bounds } from './bounds.ts'
import { delivery } from './delivery.ts'
import { engines } from './engines.ts'
import { failures } from './failures.ts'
import { framing } from './framing.ts'
import { gateways } from './gateways.ts'
import { tokens } from './tokens.ts'
import { usages } from './usage.ts'
import { words } from './words.ts'

/** Every line of the table, by group. */
export const TABLE: Record<string, Transcript[]> = {
  failures,
  words,
  framing,
  tokens,
  usages,
  delivery,
  gateways,
  engines,
  bounds,
}
