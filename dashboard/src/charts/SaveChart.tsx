import { useRef } from 'react'
import { fileName, saveFile } from '../lib/save-file.ts'
import { csvOf, type Sheet } from '../lib/sheet.ts'
import { useAction } from '../ui/useAction.ts'
import { drawingOf } from './chart-image.ts'
import css from './charts.module.css'
import { type Drawing, pngOf, svgFile } from './svg.ts'

type Props = {
  title: string
  /** All numbers of the chart. */
  sheet(): Sheet
  /** What it shows; by default the drawing of the figure around it. */
  drawing?(figure: HTMLElement): Drawing | undefined
}
type Kind = 'CSV' | 'SVG' | 'PNG'

/** Saves the chart of the figure around it: its numbers, or what it shows. */
export function SaveChart({ title, sheet, drawing = (figure) => drawingOf(figure, title) }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const save = useAction({
    run: async (kind: Kind) => {
      const figure = place.current?.closest('figure')
      const blob = kind === 'CSV' ? csvOf(sheet()) : await imageOf(kind, figure ? drawing(figure) : undefined)
      saveFile(blob, `${fileName(title)}.${kind.toLowerCase()}`)
    },
  })
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is of a form
    <div ref={place} className={css.save} role="group" aria-label={`Save the chart: ${title}`}>
      <span aria-hidden>Save as</span>
      {(['CSV', 'SVG', 'PNG'] as const).map((kind) => (
        <button key={kind} type="button" onClick={() => save.mutate(kind)}>
          {kind}
        </button>
      ))}
    </div>
  )
}

async function imageOf(kind: 'SVG' | 'PNG', drawing: Drawing | undefined): Promise<Blob> {
  if (!drawing) throw new Error('The chart is not drawn yet.')
  return kind === 'PNG' ? pngOf(drawing) : svgFile(drawing.text)
}
