import { ActionIcon } from '@mantine/core'
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { plainText } from '../lib/plain-text.ts'
import { saveFile } from '../lib/save-file.ts'
import type { LogLine } from '../live/log-store.ts'
import { useAsk } from './ask.ts'

/** Copies a log, or saves it as a file: without TLS, browsers have no clipboard. */
export function CopyLog({ lines, name }: { lines: readonly LogLine[]; name: string }) {
  const [copied, setCopied] = useState(false)
  const ask = useAsk()
  const text = () => lines.map(({ line, created_at }) => `${created_at} ${plainText(line)}\n`).join('')
  const copy = async () => {
    const done = await navigator.clipboard.writeText(text()).then(
      () => true,
      () => false,
    )
    if (!done) return ask.notify('The browser does not allow to copy: save the log instead.', 'failed')
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  return (
    <>
      {navigator.clipboard && (
        <ActionIcon
          variant="default"
          aria-label="Copy the log"
          title={copied ? 'Copied' : 'Copy the log'}
          onClick={() => void copy()}
        >
          {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        </ActionIcon>
      )}
      <ActionIcon
        variant="default"
        aria-label="Save the log"
        title="Save the log"
        onClick={() => saveFile(new Blob([text()], { type: 'text/plain' }), `${name}.log`)}
      >
        <IconDownload size={14} aria-hidden />
      </ActionIcon>
    </>
  )
}
