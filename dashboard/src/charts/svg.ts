const NAMESPACE = 'http://www.w3.org/2000/svg'

/** A drawing as a file, and its size in CSS pixels. */
export type Drawing = { text: string; width: number; height: number }

type Attributes = Record<string, string | number>

/** An element of a drawing, with a text if it has one. */
export function drawn(name: string, attributes: Attributes, text?: string): SVGElement {
  const element = document.createElementNS(NAMESPACE, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  if (text !== undefined) element.textContent = text
  return element
}

/** A drawing of these parts on a background. */
export function drawingWith(
  { width, height, background }: { width: number; height: number; background: string },
  parts: readonly SVGElement[],
): Drawing {
  const whole = drawn('svg', { width, height, viewBox: `0 0 ${width} ${height}` })
  whole.append(drawn('rect', { width, height, fill: background }), ...parts)
  return { text: new XMLSerializer().serializeToString(whole), width, height }
}

/** The colour behind an element. */
export function backgroundOf(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at)
    if (backgroundColor !== '' && !/^(transparent|rgba\(.*, 0\))$/.test(backgroundColor))
      return backgroundColor
  }
  return 'white'
}

/** Pixels of an image for one of the page: it stays sharp on paper. */
const SCALE = 2

/** A drawing as a PNG file. */
export async function pngOf({ text, width, height }: Drawing): Promise<Blob> {
  const url = URL.createObjectURL(svgFile(text))
  try {
    const image = new Image(width, height)
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = width * SCALE
    canvas.height = height * SCALE
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('The chart cannot be drawn.'))),
        'image/png',
      )
    })
  } finally {
    URL.revokeObjectURL(url)
  }
}

export const svgFile = (text: string): Blob => new Blob([text], { type: 'image/svg+xml' })
