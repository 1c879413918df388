import { Button } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { chosen, dropped } from './dropped.ts'
import css from './import.module.css'
import type { Dropped } from './import-queue.ts'

type Props = {
  onFiles(files: readonly Dropped[]): void
  note: string | undefined
  /** In one line, once there are files. */
  small: boolean
}

/** Takes files and folders that are dropped anywhere on the page, or chosen. */
export function DropZone({ onFiles, note, small }: Props) {
  const over = useDrop(onFiles)
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  useEffect(() => folder.current?.setAttribute('webkitdirectory', ''), [])
  return (
    <section
      className={css.drop}
      aria-label="Drop files"
      data-over={over || undefined}
      data-small={small || undefined}
    >
      <IconFileImport size={small ? 20 : 32} stroke={1.5} aria-hidden />
      <p>{over ? 'Let go to look at the files.' : 'Drop result files or folders anywhere on this page.'}</p>
      <div className={css.choose}>
        <Button variant="default" onClick={() => files.current?.click()}>
          Choose files
        </Button>
        <Button variant="default" onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
      </div>
      <Hidden label="Result files" of={files} onFiles={onFiles} />
      <Hidden label="Folder of result files" of={folder} onFiles={onFiles} />
      <p className={css.note} role="status">
        {note ??
          (small
            ? ''
            : 'Nothing is stored before you say so. A file has at most 128 MiB, and may be compressed by gzip.')}
      </p>
    </section>
  )
}

type HiddenProps = {
  label: string
  of: React.RefObject<HTMLInputElement | null>
  onFiles(files: readonly Dropped[]): void
}

const Hidden = ({ label, of, onFiles }: HiddenProps) => (
  <input
    ref={of}
    type="file"
    multiple
    hidden
    aria-label={label}
    onChange={({ currentTarget }) => {
      onFiles(chosen(currentTarget.files))
      // The same file may be chosen again after a change.
      currentTarget.value = ''
    }}
  />
)

/** Listens on the window: what falls beside would open in place of the page. @returns whether files are above it */
function useDrop(onFiles: (files: readonly Dropped[]) => void): boolean {
  const [over, setOver] = useState(false)
  const take = useRef(onFiles)
  take.current = onFiles
  useEffect(() => {
    const ended = new AbortController()
    const on = (type: 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void) =>
      window.addEventListener(type, listener, { signal: ended.signal })
    on('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
      setOver(true)
    })
    on('dragleave', (event) => {
      if (event.relatedTarget === null) setOver(false)
    })
    on('drop', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setOver(false)
      void dropped(event.dataTransfer).then((files) => take.current(files))
    })
    return () => ended.abort()
  }, [])
  return over
}
