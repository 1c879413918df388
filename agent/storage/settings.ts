import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { AgentSettings } from '../../app/agents/schema.ts'

export type StorageSettings = {
  /** The model directory of this host. */
  dir: string
  /** Where the share is mounted; null where there is none. */
  share: string | null
  /** Remove a copy when the test that needed it is over. */
  autoCleanup: boolean
}

/**
 * The storage a server's settings ask for. A share is read where it is mounted: the agent mounts nothing itself.
 * @param home stands for `~`
 */
export function storageSettings(settings: Partial<AgentSettings>, home: string = homedir()): StorageSettings {
  const { model_storage_dir = '', model_share_source = '', model_share_mount = '' } = settings
  const expand = (path: string) => resolve(path.replace(/^~(?=\/|$)/, home))
  const mounted = model_share_mount || (isAbsolute(model_share_source) ? model_share_source : '')
  return {
    dir: expand(model_storage_dir || join(home, '.kitt', 'models')),
    share: mounted === '' ? null : expand(mounted),
    autoCleanup: settings.auto_cleanup !== 'false',
  }
}
