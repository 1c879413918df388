import { useState } from 'react'
import type { Alert } from '../../api/alerts.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { StepDialog } from './StepDialog.tsx'
import { STEPS, type Step, stepsOf } from './steps.ts'

/** Buttons for the next steps of an alert. */
export function AlertActions({ alert, only }: { alert: Alert; only?: Step }) {
  const [open, setOpen] = useState<Step>()
  const steps = stepsOf(alert.state).filter((step) => only === undefined || step === only)
  return (
    <>
      {steps.map((step, i) => (
        <ActionButton
          key={step}
          needs={STEPS[step].needs}
          variant={i === 0 ? 'filled' : 'default'}
          onClick={() => setOpen(step)}
        >
          {STEPS[step].label}
        </ActionButton>
      ))}
      <StepDialog alert={alert} step={open} onClose={() => setOpen(undefined)} />
    </>
  )
}
