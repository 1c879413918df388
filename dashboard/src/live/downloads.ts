import { useSyncExternalStore } from 'react'
import type { DOWNLOAD_STATES } from '../../../lib/states.ts'

/** The last known state of a download. */
export type Download = {
  job_id: string
  repo_id: string
  status: (typeof DOWNLOAD_STATES)[number]
  error: string | null
}

let downloads: readonly Download[] = []
const listeners = new Set<() => void>()

/** Records the state of a download. */
export function noteDownload(download: Download): void {
  downloads = [download, ...downloads.filter(({ job_id }) => job_id !== download.job_id)]
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The downloads seen since the page was opened, newest first. */
export const useDownloads = (): readonly Download[] => useSyncExternalStore(subscribe, () => downloads)
