import { z } from 'zod'
import { NewName } from '../http/fields.ts'

export const PackageDigest = z.object({ sha256: z.string(), filename: z.string() })

/** A .tar.gz archive. */
export const ArchiveBytes = z.string()
export const InstallScript = z.string()
export const AuthorityPem = z.string()

export const InstallQuery = z.object({
  name: NewName.optional(),
  port: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a whole number')
    .refine((text) => Number(text) >= 1 && Number(text) <= 65_535, 'must be between 1 and 65535')
    .optional(),
})
export type InstallQuery = z.infer<typeof InstallQuery>
