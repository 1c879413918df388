import { Link } from '@tanstack/react-router'
import css from './results.module.css'

/** The tags of a result; each leads to the results that have it. */
export function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null
  return (
    <span className={css.tags}>
      {tags.map((tag) => (
        <Link key={tag} to="/results" search={{ tag }} className={css.tag ?? ''}>
          {tag}
        </Link>
      ))}
    </span>
  )
}
