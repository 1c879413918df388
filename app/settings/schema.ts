import { z } from 'zod'
import { Text } from '../http/fields.ts'

/** Where the current value of a setting comes from. */
export const SettingSource = z.enum(['saved', 'flag', 'env', 'file', 'default'])
export type SettingSource = z.infer<typeof SettingSource>

const Folder = Text(1000)
  .min(1)
  .refine((path) => !/\p{Cc}/u.test(path), 'must be one line')

/** Without user name and password: the key is a separate setting. `''` switches Devon off. */
const DevonUrl = z.union([
  z.literal(''),
  z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .max(2000)
    .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), 'must not hold a user name or password'),
])
const ApiKey = z.string().regex(/^[\x21-\x7e]{1,1000}$/, 'must be printable ASCII without spaces')

const plain = {
  model_dir: Folder,
  devon_url: DevonUrl,
  results_dir: Folder,
  protect_reads: z.boolean(),
  /** Days that events are kept; log lines stay with their test. */
  event_days: z.number().int().min(1).max(3650),
}

/** An encrypted key; an older version saved it in plain text. */
const KeptApiKey = z.string().regex(/^[\x21-\x7e]{1,2000}$/)

/** The settings in the database. The key is saved with its origin, and sent to no other. */
export const SavedSettings = z
  .object({ ...plain, devon_api_key: z.object({ key: KeptApiKey, origin: z.string() }) })
  .partial()
export type SavedSettings = z.infer<typeof SavedSettings>

const changed = <T extends z.ZodType>(schema: T) => schema.nullable().optional()

/** Any of the settings; null deletes the saved value, so that flag, variable, file or default applies again. */
export const SettingsChange = z.strictObject({
  model_dir: changed(plain.model_dir),
  devon_url: changed(plain.devon_url),
  devon_api_key: changed(ApiKey),
  results_dir: changed(plain.results_dir),
  protect_reads: changed(plain.protect_reads),
  event_days: changed(plain.event_days),
})
export type SettingsChange = z.infer<typeof SettingsChange>

const inForce = <T extends z.ZodType>(value: T) => z.object({ value, source: SettingSource })

/** Every setting with its current value and source; of the key only whether one is set for the Devon URL. */
export const SettingsView = z.object({
  model_dir: inForce(z.string()),
  devon_url: inForce(z.string().nullable()),
  devon_api_key: z.object({ set: z.boolean(), source: SettingSource }),
  results_dir: inForce(z.string()),
  protect_reads: inForce(z.boolean()),
  event_days: inForce(z.number()),
})
export type SettingsView = z.infer<typeof SettingsView>
