import { docker } from './docker-cli.ts'
import type { EngineHost } from './engine.ts'

/** The image of an engine. `digest` is the registry's; a locally built image has none. */
export type ImageFacts = { name: string; id: string | null; digest: string | null; version: string | null }

/** The container runtime; podman may be installed as `docker`. */
export type ContainerRuntime = { name: 'docker' | 'podman'; version: string | null }

type Host = Pick<EngineHost, 'env'>
type Image = {
  Id?: unknown
  RepoDigests?: unknown
  Config?: { Labels?: Record<string, unknown> | null } | null
}

/** The local image with this name. Unknown values are null. */
export async function imageFacts(host: Host, name: string): Promise<ImageFacts> {
  const { stdout } = await docker(host, ['image', 'inspect', '--format', '{{json .}}', name])
  const image = json<Image>(stdout)
  const digests = Array.isArray(image?.RepoDigests) ? image.RepoDigests.map(String) : []
  const repository = name.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
  // Docker omits `docker.io/` from the names of its own registry.
  const own = digests.find((one) => [one, `docker.io/${one}`].some((it) => it.startsWith(`${repository}@`)))
  const version = image?.Config?.Labels?.['org.opencontainers.image.version']
  return {
    name,
    id: text(image?.Id),
    digest: /@(sha256:[0-9a-f]+)$/.exec(own ?? digests[0] ?? '')?.[1] ?? null,
    version: text(version),
  }
}

type Version = { Client?: { Version?: unknown } | null; Server?: { Version?: unknown } | null }

export async function containerRuntime(host: Host): Promise<ContainerRuntime> {
  const [name, details] = await Promise.all([
    docker(host, ['--version']),
    docker(host, ['version', '--format', '{{json .}}']),
  ])
  const version = json<Version>(details.stdout)
  return {
    name: /podman/i.test(name.stdout) ? 'podman' : 'docker',
    version: text(version?.Server?.Version) ?? text(version?.Client?.Version),
  }
}

function json<T>(stdout: string): T | null {
  try {
    return JSON.parse(stdout) as T | null
  } catch {
    return null
  }
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : null)
