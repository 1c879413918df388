import { Button } from '@mantine/core'
import { kitt, queryOf, read } from '../../api/kitt.ts'
import type { ResultSearch } from '../../api/results.ts'
import { plural } from '../../lib/format.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { useAction } from '../../ui/useAction.ts'
import { deleteAll } from './bulk.ts'
import { MeasureAgain } from './MeasureAgain.tsx'
import css from './results.module.css'
import { TagDialog } from './TagDialog.tsx'
import { AGAIN_MAX, COMPARED_MAX, type Ticked } from './useTicked.ts'

type Props = { ticked: Ticked; total: number; search: ResultSearch }

/** What can be done with the ticked results: compare, measure again, tag, delete; and to tick all that match. */
export function TickedBar({ ticked, total, search }: Props) {
  const { ids, clear } = ticked
  const { sort: _, page: __, skip: ___, per_page: ____, ...filter } = search
  const all = useAction({
    run: () => read(kitt().api.v1.results.ids.$get({ query: queryOf(filter) })),
    done: ({ ids: found, total: of }) =>
      found.length < of
        ? `The newest ${plural(found.length, 'result')} of ${plural(of, 'result')} are ticked.`
        : `${plural(found.length, 'result')} ticked.`,
    after: ({ ids: found }) => ticked.add(found),
  })
  const remove = useAction({
    run: () => deleteAll(ids),
    done: ({ deleted, kept }) =>
      kept.length === 0
        ? `${plural(deleted, 'result')} deleted.`
        : `${plural(deleted, 'result')} deleted, ${plural(kept.length, 'result')} kept. ${kept[0]?.reason ?? ''}`,
    refresh: [['results'], ['tests'], ['setups']],
    after: clear,
  })
  const question = {
    title: `Delete ${ids.length === 1 ? 'this result' : plural(ids.length, 'result')}?`,
    text: `${ids.length === 1 ? 'It is' : 'They are'} deleted permanently, also from setups, comparisons and charts.`,
    confirm: 'Delete',
    danger: true,
  }
  if (ids.length === 0) return null
  const comparable = ids.length > 1 && ids.length <= COMPARED_MAX
  return (
    <div className={css.bar}>
      <span>
        {ids.length === 1
          ? 'One result ticked: tick another to compare.'
          : `${plural(ids.length, 'result')} ticked`}
        {ids.length > COMPARED_MAX && `; at most ${COMPARED_MAX} can be compared`}
        {ids.length > AGAIN_MAX && `, ${AGAIN_MAX} measured again`}
      </span>
      {total > ids.length && (
        <Button variant="subtle" loading={all.isPending} onClick={() => all.mutate()}>
          Tick all {plural(total, 'match', 'matches')}
        </Button>
      )}
      <Button variant="default" onClick={clear}>
        Untick
      </Button>
      <MeasureAgain ids={ids} onDone={clear} />
      <TagDialog ids={ids} />
      <ActionButton needs="delete results" variant="outline" color="red" action={remove} question={question}>
        Delete
      </ActionButton>
      {comparable && (
        <LinkButton to="/compare" search={{ ids: ids.join(',') }}>
          Compare {ids.length}
        </LinkButton>
      )}
    </div>
  )
}
