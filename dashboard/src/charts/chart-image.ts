import { backgroundOf, type Drawing, drawingWith, drawn } from './svg.ts'

/** The styles that a drawing needs outside of the page. */
const STYLES = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'opacity'],
  ...['font-family', 'font-size', 'font-weight', 'text-anchor', 'dominant-baseline', 'visibility'],
]
/** In CSS pixels. */
const [PADDING, TITLE, ENTRY] = [12, 28, 20]

/**
 * A chart of the page as an SVG file that shows the same elsewhere: its title, what its legend shows, the drawing.
 * @returns undefined where nothing is drawn
 */
export function drawingOf(figure: Element, title: string): Drawing | undefined {
  const chart = figure.querySelector<SVGSVGElement>('svg.recharts-surface')
  if (!chart) return undefined
  const { width: inner, height: tall } = chart.getBoundingClientRect()
  const entries = [...figure.querySelectorAll('[aria-pressed="true"]')]
  const top = PADDING + TITLE + entries.length * ENTRY
  const { color, fontFamily } = getComputedStyle(figure)
  const text = (words: string, x: number, y: number, size: number) =>
    drawn('text', { x, y, fill: color, 'font-size': size, 'font-family': fontFamily }, words)
  const legend = entries.flatMap((entry, i) => {
    const y = PADDING + TITLE + i * ENTRY
    const mark = entry.querySelector('svg')
    const name = text(entry.textContent ?? '', PADDING + 20, y + 11, 12)
    return mark ? [placed(mark, PADDING, y), name] : [name]
  })
  const size = { width: Math.ceil(inner + 2 * PADDING), height: Math.ceil(top + tall + PADDING) }
  return drawingWith({ ...size, background: backgroundOf(figure) }, [
    text(title, PADDING, PADDING + 14, 14),
    ...legend,
    placed(chart, PADDING, top),
  ])
}

/** A copy with the styles that the page gives it. */
function placed(chart: SVGSVGElement, x: number, y: number): SVGSVGElement {
  const copy = chart.cloneNode(true) as SVGSVGElement
  const copies = [copy, ...copy.querySelectorAll<SVGElement>('*')]
  for (const [i, from] of [chart, ...chart.querySelectorAll<SVGElement>('*')].entries()) {
    const style = getComputedStyle(from)
    const to = copies[i]
    to?.removeAttribute('style')
    to?.removeAttribute('class')
    for (const name of STYLES) {
      const value = style.getPropertyValue(name)
      if (value !== '') to?.setAttribute(name, value)
    }
  }
  const { width, height } = chart.getBoundingClientRect()
  for (const [key, value] of Object.entries({ x, y, width, height })) copy.setAttribute(key, String(value))
  return copy
}
