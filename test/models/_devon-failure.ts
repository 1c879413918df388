import { expect } from 'vitest'
import { createDevonClient, type DevonOptions } from '../../app/models/devon.ts'
import { DevonError } from '../../app/models/devon-error.ts'

export const KEY = 'secret-key-of-devon'
export const search = (options: DevonOptions) => createDevonClient(options).search({ q: 'x', limit: 5 })

/** What a search throws; everything it says is one short line without the key and without markup. */
export async function failureOf(options: DevonOptions): Promise<DevonError> {
  const error = await search({ apiKey: KEY, apiKeyOrigin: options.baseUrl, ...options }).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof DevonError)) throw new Error(`no DevonError but ${String(error)}`)
  expect(error.message).toMatch(/^[^\n<>]{1,300}$/)
  expect(JSON.stringify([error.message, error.detail, error.stack, error.cause ?? null])).not.toContain(KEY)
  return error
}
