import {
  type Icon,
  IconAlertTriangle,
  IconArrowBackUp,
  IconBan,
  IconBellOff,
  IconCircle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconClockExclamation,
  IconEqual,
  IconEye,
  IconHelp,
  IconHourglassLow,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlugOff,
  IconRefresh,
  IconSend,
  IconServer,
  IconTilde,
  IconTrendingDown,
  IconTrendingUp,
} from '@tabler/icons-react'
import { own } from '../../../lib/own.ts'
import css from './StateBadge.module.css'

type Look = { icon: Icon; tone: 'ok' | 'run' | 'wait' | 'warn' | 'bad' | 'idle'; word?: string }

const LOOKS: Record<string, Look> = {
  online: { icon: IconCircleCheck, tone: 'ok' },
  busy: { icon: IconPlayerPlay, tone: 'run' },
  offline: { icon: IconPlugOff, tone: 'bad' },
  installed: { icon: IconCircleCheck, tone: 'idle' },
  provisioned: { icon: IconCircleDashed, tone: 'wait', word: 'never seen' },
  drained: { icon: IconPlayerPause, tone: 'warn', word: 'draining' },
  draft: { icon: IconPencil, tone: 'idle' },
  pending: { icon: IconCircle, tone: 'idle' },
  queued: { icon: IconClock, tone: 'wait' },
  dispatched: { icon: IconSend, tone: 'wait', word: 'starting' },
  running: { icon: IconPlayerPlay, tone: 'run' },
  downloading: { icon: IconPlayerPlay, tone: 'run' },
  completed: { icon: IconCircleCheck, tone: 'ok' },
  passed: { icon: IconCircleCheck, tone: 'ok' },
  failed: { icon: IconCircleX, tone: 'bad' },
  cancelled: { icon: IconBan, tone: 'idle' },
  skipped: { icon: IconPlayerSkipForward, tone: 'warn' },
  warning: { icon: IconAlertTriangle, tone: 'warn' },
  // Tokens, links and the audit.
  active: { icon: IconCircleCheck, tone: 'ok' },
  expired: { icon: IconClock, tone: 'idle' },
  revoked: { icon: IconBan, tone: 'idle' },
  done: { icon: IconCircleCheck, tone: 'ok' },
  refused: { icon: IconBan, tone: 'bad' },
  // Setups, alerts and verdicts.
  worse: { icon: IconTrendingDown, tone: 'bad' },
  better: { icon: IconTrendingUp, tone: 'ok' },
  improved: { icon: IconTrendingUp, tone: 'ok' },
  same: { icon: IconEqual, tone: 'idle' },
  small: { icon: IconTilde, tone: 'idle', word: 'small change' },
  unclear: { icon: IconHelp, tone: 'idle', word: 'cannot tell' },
  steady: { icon: IconCircleCheck, tone: 'ok' },
  learning: { icon: IconHourglassLow, tone: 'idle' },
  missing: { icon: IconClockExclamation, tone: 'warn', word: 'run missing' },
  suspect: { icon: IconAlertTriangle, tone: 'warn' },
  confirming: { icon: IconRefresh, tone: 'run' },
  confirmed: { icon: IconTrendingDown, tone: 'bad' },
  acknowledged: { icon: IconEye, tone: 'warn' },
  silenced: { icon: IconBellOff, tone: 'idle' },
  cleared: { icon: IconCircleCheck, tone: 'ok' },
  environment: { icon: IconServer, tone: 'warn', word: 'environment' },
  accepted: { icon: IconCircleCheck, tone: 'idle' },
  resolved: { icon: IconArrowBackUp, tone: 'ok' },
  false_alarm: { icon: IconBan, tone: 'idle', word: 'false alarm' },
  closed: { icon: IconCircle, tone: 'idle' },
}

/** A state with its icon, label and colour. */
export function StateBadge({ state, word }: { state: string; word?: string }) {
  const {
    icon: StateIcon,
    tone,
    word: known,
  } = own(LOOKS, state) ?? { icon: IconCircle, tone: 'idle' as const }
  return (
    <span className={css.badge} data-tone={tone}>
      <StateIcon size={14} stroke={2} aria-hidden />
      <span>{word ?? known ?? state}</span>
    </span>
  )
}

/** The label of a state. */
export const wordOf = (state: string): string => own(LOOKS, state)?.word ?? state

/** The options of a filter by state. */
export const stateChoices = (states: readonly string[]) =>
  states.map((value) => {
    const word = wordOf(value)
    return { value, label: `${word.charAt(0).toUpperCase()}${word.slice(1)}` }
  })

/** The tone of a state, for elements that are no badge. */
export const toneOf = (state: string): Look['tone'] => own(LOOKS, state)?.tone ?? 'idle'
