import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import css from './CopyLine.module.css'

/** A line to be taken elsewhere, with a button that copies it. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    const done = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    setCopied(done)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <div className={css.line}>
      <code>{text}</code>
      {/* On plain HTTP beyond this machine browsers allow no copying: the text itself can be marked. */}
      {navigator.clipboard && (
        <Button
          variant="default"
          aria-label={`Copy ${label}`}
          leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          onClick={() => void copy()}
        >
          {copied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </div>
  )
}
