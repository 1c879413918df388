import type { SetupState } from '../setups/schema.ts'
import type { AlertState } from './schema.ts'

const SHOWN: Partial<Record<AlertState, SetupState>> = {
  suspect: 'suspect',
  confirming: 'confirming',
  confirmed: 'worse',
  acknowledged: 'worse',
  silenced: 'worse',
  // Slower, but not by its engine, or not for certain.
  unclear: 'suspect',
  environment: 'suspect',
}

/** The state of a setup while an alert of it holds; undefined for one that has ended. */
export const stateWhile = (alert: AlertState): SetupState | undefined => SHOWN[alert]
