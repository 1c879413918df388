import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Import } from './_imports.ts'

/** The layers from the top down, and what agents and the page may see of the app: as docs/architecture.md has them. */
export type Architecture = { layers: string[]; shared: RegExp[] }

/** Reads the two lists of the page. */
export function readArchitecture(page = readFileSync('docs/architecture.md', 'utf8')): Architecture {
  const block = (name: string) =>
    (new RegExp(`\`\`\`${name}\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '')
      .split('\n')
      .map((line) => line.split(/\s{2,}/)[0]?.trim() ?? '')
      .filter((line) => line !== '')
  const shared = block('shared').map(
    (path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`),
  )
  return { layers: block('layers'), shared }
}

/** The line of the list that a file belongs to: its own, or its folder's. */
export const layerOf = ({ layers }: Architecture, file: string): string | undefined =>
  layers.includes(file) ? file : layers.find((layer) => layer === dirname(file))

const LAYERED = /^(bin|agent|dashboard\/src|app|db|lib)\//
const CLIENT_SIDE = /^(agent|dashboard)\//

/** What is wrong with an import; undefined where it is allowed. */
export function faultOf(architecture: Architecture, { file, target, typesOnly }: Import): string | undefined {
  const arrow = `${file} → ${target}`
  if (target.startsWith('node:'))
    return file.startsWith('app/') && !file.startsWith('app/server/')
      ? `${arrow}: app/ runs on any runtime; what touches the machine is injected through Deps`
      : undefined
  if (!LAYERED.test(target)) return undefined
  const [from, to] = [layerOf(architecture, file), layerOf(architecture, target)]
  if (from === undefined || to === undefined)
    return `${arrow}: ${from === undefined ? dirname(file) : dirname(target)} is not in the list of layers`
  if (
    CLIENT_SIDE.test(file) &&
    target.startsWith('app/') &&
    !architecture.shared.some((path) => path.test(target))
  )
    return `${arrow}: the agent and the page know the client and the shapes alone`
  if (file === 'app/deps.ts' && typesOnly) return undefined
  const rank = (layer: string) => architecture.layers.indexOf(layer)
  return rank(to) < rank(from) ? `${arrow}: points up, from ${from} to ${to}` : undefined
}
