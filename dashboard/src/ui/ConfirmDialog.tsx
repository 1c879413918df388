import { Button, Modal } from '@mantine/core'
import type { Question } from './ask.ts'
import css from './dialog.module.css'

/** Asks for confirmation. */
export function ConfirmDialog(props: { question: Question | undefined; onAnswer(agreed: boolean): void }) {
  const { question, onAnswer } = props
  return (
    <Modal opened={question !== undefined} onClose={() => onAnswer(false)} title={question?.title}>
      <p className={css.text}>{question?.text}</p>
      <div className={css.buttons}>
        <Button variant="default" onClick={() => onAnswer(false)}>
          Cancel
        </Button>
        <Button color={question?.danger ? 'red' : 'blue'} onClick={() => onAnswer(true)} data-autofocus>
          {question?.confirm}
        </Button>
      </div>
    </Modal>
  )
}
