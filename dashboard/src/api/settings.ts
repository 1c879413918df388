import { queryOptions } from '@tanstack/react-query'
import { kitt, read } from './kitt.ts'

export type { SettingsChange, SettingsView } from '../../../app/settings/schema.ts'

export const settingsQuery = () =>
  queryOptions({
    queryKey: ['settings'],
    queryFn: () => read(kitt().api.v1.settings.$get()),
  })

export const versionQuery = () =>
  queryOptions({
    queryKey: ['version'],
    queryFn: () => read(kitt().api.v1.version.$get()),
  })
