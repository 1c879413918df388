import { ActionButton } from './ActionButton.tsx'
import common from './common.module.css'
import { ProblemLine } from './ProblemLine.tsx'

type Props = {
  /** The action, as after "to": `change settings`. */
  needs: string
  disabled: boolean
  saving: boolean
  /** The error of the last try. */
  error?: Error | null
  onSave(): void
}

/** The end of a form: its error and the button that saves. */
export const SaveBar = ({ needs, disabled, saving, error, onSave }: Props) => (
  <div className={common.end}>
    <ProblemLine error={error} />
    <ActionButton needs={needs} disabled={disabled} loading={saving} onClick={onSave}>
      Save
    </ActionButton>
  </div>
)
