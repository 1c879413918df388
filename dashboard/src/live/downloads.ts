import { useSyncExternalStore } from 'react'

/** The last known state of a download. */
export type Download = {
  job_id: string
  repo_id: string
  status: 'downloading' | 'completed' | 'failed'
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
