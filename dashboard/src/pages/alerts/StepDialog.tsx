import { Modal, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Alert } from '../../api/alerts.ts'
import { DialogForm } from '../../ui/DialogForm.tsx'
import { useAction } from '../../ui/useAction.ts'
import css from './alerts.module.css'
import { STEPS, type Step } from './steps.ts'
import { type Given, takeStep } from './take-step.ts'

type Props = { alert: Alert; step: Step | undefined; onClose(): void }

/** Asks for the note of a step, and for a silence its end and reason. */
export function StepDialog({ alert, step, onClose }: Props) {
  return (
    <Modal opened={step !== undefined} onClose={onClose} title={step && STEPS[step].label}>
      {step && <StepForm key={step} alert={alert} step={step} onClose={onClose} />}
    </Modal>
  )
}

function StepForm({ alert, step, onClose }: { alert: Alert; step: Step; onClose(): void }) {
  const [given, setGiven] = useState<Given>({ note: '', until: '', version: '' })
  const { text, label, done } = STEPS[step]
  const silence = step === 'silence'
  const take = useAction({
    run: () => takeStep(alert.id, step, given),
    done,
    refresh: [['alerts'], ['setups']],
    after: onClose,
    quiet: true,
  })
  const ready = !silence || (given.note.trim() !== '' && (given.until !== '' || given.version.trim() !== ''))
  const set = (change: Partial<Given>) => setGiven((now) => ({ ...now, ...change }))
  return (
    <DialogForm action={take} verb={label} ready={ready} onCancel={onClose}>
      <p>{text}</p>
      {silence && (
        <div className={css.two}>
          <TextInput
            type="date"
            label="Until a day"
            value={given.until}
            onChange={(event) => set({ until: event.currentTarget.value })}
          />
          <TextInput
            label="Or until the engine has version"
            placeholder="0.11.3"
            value={given.version}
            onChange={(event) => set({ version: event.currentTarget.value })}
          />
        </div>
      )}
      <Textarea
        label={silence ? 'Reason' : 'Note'}
        description={silence ? undefined : 'Optional: what you found, a link to the issue.'}
        required={silence}
        maxLength={2000}
        autosize
        minRows={2}
        value={given.note}
        onChange={(event) => set({ note: event.currentTarget.value })}
        data-autofocus
      />
    </DialogForm>
  )
}
