import { ActionButton } from './ActionButton.tsx'
import common from './common.module.css'
import { problemText } from './problem.ts'

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
    {error && (
      <p className={common.problem} role="alert">
        {problemText(error)}
      </p>
    )}
    <ActionButton needs={needs} disabled={disabled} loading={saving} onClick={onSave}>
      Save
    </ActionButton>
  </div>
)
