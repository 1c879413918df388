import { useQuery } from '@tanstack/react-query'
import { kitt, read } from '../../api/kitt.ts'
import { tagsQuery } from '../../api/results.ts'
import type { ResultView } from '../../lib/result.ts'
import { NotesPanel } from '../../ui/NotesPanel.tsx'

/** The notes and tags of a result. */
export function ResultNotes({ result }: { result: ResultView }) {
  const known = useQuery(tagsQuery()).data?.tags ?? []
  return (
    <NotesPanel
      saved={result}
      save={(json) => read(kitt().api.v1.results[':id'].$patch({ param: { id: result.id }, json }))}
      area="results"
      needs="note something on a result"
      rows={2}
      maxTags={50}
      known={known.map(({ tag }) => tag)}
      about="Lists and exports can be filtered by them."
    />
  )
}
