import type { AlertState } from '../../api/alerts.ts'

/** A step of a person, as the API names it. */
export type Step = 'acknowledge' | 'accept' | 'resolve' | 'silence' | 'false-alarm' | 'confirm'

export type StepText = {
  /** The label of the button. */
  label: string
  /** What it leads to, in the dialog. */
  text: string
  /** The action, as after "to". */
  needs: string
  done: string
}

export const STEPS: Record<Step, StepText> = {
  acknowledge: {
    label: 'Acknowledge',
    text: 'You have seen it and look into it. The setup still counts as worse.',
    needs: 'acknowledge an alert',
    done: 'The alert is acknowledged.',
  },
  accept: {
    label: 'Accept as the new normal',
    text: 'A new segment begins at the first worse run: later runs are judged against it.',
    needs: 'accept a change',
    done: 'Accepted: a new segment has begun.',
  },
  resolve: {
    label: 'Resolve',
    text: 'The cause is gone. The next worse run raises a new alert.',
    needs: 'resolve an alert',
    done: 'The alert is resolved.',
  },
  silence: {
    label: 'Silence',
    text: 'The setup is not told as worse until a day, or until the engine has another version.',
    needs: 'silence an alert',
    done: 'The alert is silenced.',
  },
  'false-alarm': {
    label: 'False alarm',
    text: 'Nothing got worse. The rule of the setup counts it, so that it shows how often it is wrong.',
    needs: 'mark a false alarm',
    done: 'Marked as a false alarm.',
  },
  confirm: {
    label: 'Confirm now',
    text: 'More runs of the same test are queued at once, behind the tests of people.',
    needs: 'queue confirming runs',
    done: 'Confirming runs are queued.',
  },
}

const STANDING: Step[] = ['accept', 'resolve', 'silence', 'false-alarm']

/** The steps that a state allows, the most likely first. */
const ALLOWED: Record<AlertState, Step[]> = {
  suspect: ['confirm', 'silence', 'false-alarm'],
  confirming: ['false-alarm'],
  confirmed: ['acknowledge', ...STANDING],
  acknowledged: STANDING,
  silenced: ['acknowledge', 'accept', 'resolve', 'false-alarm'],
  unclear: ['confirm', ...STANDING],
  environment: ['resolve', 'confirm', 'accept', 'silence', 'false-alarm'],
  cleared: [],
  accepted: [],
  resolved: [],
  false_alarm: [],
  closed: [],
}

export const stepsOf = (state: AlertState): Step[] => ALLOWED[state]
