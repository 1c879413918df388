/** The colours of the theme as a canvas needs them. */
export type Palette = Record<keyof typeof NAMES, string> & { font: string }

const NAMES = {
  point: '--c1',
  mark: '--c2',
  median: '--text',
  band: '--accent-soft',
  dim: '--dim',
  line: '--line',
  strong: '--line-strong',
  surface: '--surface',
  bad: '--bad',
  warn: '--warn',
} as const

/** Reads the colours of the current scheme, which custom properties hold unresolved. */
export function paletteOf(element: HTMLElement): Palette {
  const probe = document.createElement('span')
  element.append(probe)
  const resolve = (name: string) => {
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const colors = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, resolve(name)]))
  const font = `12px ${getComputedStyle(probe).fontFamily}`
  probe.remove()
  return { ...colors, font } as Palette
}
