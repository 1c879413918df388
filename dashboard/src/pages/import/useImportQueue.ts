import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { kitt, read } from '../../api/kitt.ts'
import { ImportQueue, type Snapshot } from './import-queue.ts'

/** The most that the server takes at once, in bytes. */
const SENT_MAX = 64 * 1024 * 1024

/** A file as it is: the browser reads it from the disk, and it is never in the page's memory. A larger one by gzip. */
const bodyOf = (file: File): Promise<Blob> | File =>
  file.size <= SENT_MAX ? file : new Response(file.stream().pipeThrough(new CompressionStream('gzip'))).blob()

const send: ConstructorParameters<typeof ImportQueue>[0] = async ({ path, file }, { dryRun, facts }) => {
  const query = {
    file: path.slice(-1000),
    file_time: new Date(file.lastModified).toISOString(),
    ...facts,
    ...(dryRun ? { dry_run: '1' as const } : {}),
  }
  const body = await bodyOf(file)
  return read(kitt().api.v1.results.import.$post({ json: {} as never, query }, { init: { body } }))
}

/** The files of this page; results that are new show in the lists at once. */
export function useImportQueue(): Snapshot & { queue: ImportQueue } {
  const [queue] = useState(() => new ImportQueue(send))
  const snapshot = useSyncExternalStore(queue.subscribe, queue.snapshot)
  const cache = useQueryClient()
  const done = snapshot.busy === 0 && snapshot.entries.some(({ state }) => state === 'done')
  useEffect(() => {
    if (done) void cache.invalidateQueries({ queryKey: ['results'] })
  }, [done, cache])
  return { ...snapshot, queue }
}
