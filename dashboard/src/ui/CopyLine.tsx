import { Button } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import css from './CopyLine.module.css'

/** A line of text with a button that copies it. */
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
      {/* Browsers have no clipboard API on plain HTTP, except on localhost. */}
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
