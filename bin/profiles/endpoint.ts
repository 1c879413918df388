import type { Client } from '../../app/client/client.ts'
import type { EngineProfile } from '../../app/engines/schema.ts'
import { collect } from '../connection/paging.ts'

/** Every engine profile, by name. */
export const allProfiles = async ({ api }: Client): Promise<EngineProfile[]> =>
  (await collect((query) => api.v1.engines.profiles.$get({ query }))).items

type Endpoint = { engine: string; url: string; apiKey: string | undefined }

/**
 * The profile of an engine that runs at an address: one that has it, or a new one of its name. A key replaces the one it has.
 * @returns its id @throws ApiError
 */
export async function endpointProfile(client: Client, { engine, url, apiKey }: Endpoint): Promise<string> {
  const { profiles } = client.api.v1.engines
  const known = (await allProfiles(client)).find(
    (one) => one.engine === engine && one.mode === 'endpoint' && isOnly(one, url),
  )
  const runtime_config = { base_url: url, ...(apiKey === undefined ? {} : { api_key: apiKey }) }
  if (known) {
    if (apiKey !== undefined)
      await profiles[':id'].$put({ param: { id: known.id }, json: { runtime_config } })
    return known.id
  }
  const name = `${engine} at ${new URL(url).host}${new URL(url).pathname.replace(/\/+$/, '')}`.slice(0, 200)
  const made = {
    name,
    engine,
    mode: 'endpoint',
    runtime_config,
    description: 'Made by kitt quicktest run --url.',
  }
  return (await (await profiles.$post({ json: made as never })).json()).id
}

/** Whether a profile says the address and at most a key: another one may change what is measured. */
const isOnly = ({ runtime_config, build_config }: EngineProfile, url: string): boolean =>
  runtime_config['base_url'] === url &&
  [...Object.keys(runtime_config), ...Object.keys(build_config)].every(
    (key) => key === 'base_url' || key === 'api_key',
  )
