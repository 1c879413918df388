/** Saves a file from the page. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** A name of a file from any text: `TTFT p99, over time` → `ttft-p99-over-time`. */
export const fileName = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^\w.]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .toLowerCase()
    .slice(0, 80) || 'kitt'
