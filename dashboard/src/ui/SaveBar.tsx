import { ActionButton } from './ActionButton.tsx'
import common from './common.module.css'
import { problemText } from './problem.ts'

type Props = {
  /** What it does, after "to": `change settings`. */
  needs: string
  disabled: boolean
  saving: boolean
  /** What the server said against it. */
  error?: Error | null
  onSave(): void
}

/** The end of a form: what was said against it, and the button that saves. */
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
