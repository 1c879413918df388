import { UnstyledButton } from '@mantine/core'
import css from './agents.module.css'

/** Tags; with `onTag` each leads to the agents that have it. */
export function Tags({ tags, onTag }: { tags: string[]; onTag?: (tag: string) => void }) {
  if (tags.length === 0) return null
  return (
    <div className={css.tags}>
      {tags.map((tag) =>
        onTag ? (
          <UnstyledButton key={tag} className={css.tag ?? ''} onClick={() => onTag(tag)}>
            {tag}
          </UnstyledButton>
        ) : (
          <span key={tag} className={css.tag}>
            {tag}
          </span>
        ),
      )}
    </div>
  )
}
