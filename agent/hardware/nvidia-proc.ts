import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine } from './system.ts'

/** A card as listed by the kernel driver. */
export type DriverCard = { name: string; uuid: string | null; bus: string }

const TIMEOUT_MS = 3000

/**
 * The cards of `/proc/driver/nvidia`, for when nvidia-smi fails. A hung driver can hang here too: empty on a
 * timeout.
 */
export async function driverCards({ root }: Machine): Promise<DriverCard[]> {
  const folder = join(root, 'proc/driver/nvidia/gpus')
  const late = new Promise<null>((resolve) => setTimeout(resolve, TIMEOUT_MS, null).unref())
  const cards = (async () => {
    const buses = await readdir(folder).catch(() => [])
    const texts = buses.map((bus) => readFile(join(folder, bus, 'information'), 'utf8').catch(() => ''))
    return (await Promise.all(texts))
      .map((text, i) => cardOf(text, buses[i] ?? ''))
      .filter((card) => card !== null)
  })()
  return (await Promise.race([cards, late])) ?? []
}

/** A card that never came up has question marks where its UUID would be. */
function cardOf(text: string, bus: string): DriverCard | null {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1]
  const name = field('Model')
  const excluded = field('GPU Excluded') ?? field('Blacklisted')
  if (name === undefined || /yes/i.test(excluded ?? '')) return null
  const uuid = /^GPU-[0-9a-f-]{8,}$/i.exec(field('GPU UUID') ?? '')?.[0] ?? null
  return { name, uuid, bus }
}
