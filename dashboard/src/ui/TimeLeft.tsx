import { timeLeft } from '../lib/time-left.ts'
import { useNow } from './useNow.ts'

/** The time until an expected end; nothing where it is not known. */
export const TimeLeft = ({ until }: { until: string | null | undefined }) => timeLeft(until, useNow()) ?? null
