import { ActionIcon, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react'
import { formatNumber } from '../lib/format.ts'
import css from './LogView.module.css'
import type { Found } from './useFound.ts'

/** Finds text in a log: Enter goes to the next line that has it, Shift and Enter to the one before. */
export function LogSearch({ found }: { found: Found }) {
  const { query, count, shown } = found
  return (
    <search className={css.search} aria-label="Search the log">
      <TextInput
        size="xs"
        aria-label="Search the log"
        placeholder="Search"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={query}
        onChange={(event) => found.search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') found.move(event.shiftKey ? -1 : 1)
          else if (event.key === 'Escape') found.search('')
        }}
      />
      {query !== '' && (
        <>
          <span className={css.count} role="status">
            {count === 0 ? 'nothing found' : `${formatNumber(shown)} of ${formatNumber(count)}`}
          </span>
          <ActionIcon
            variant="default"
            aria-label="Previous line found"
            disabled={count < 2}
            onClick={() => found.move(-1)}
          >
            <IconChevronUp size={14} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label="Next line found"
            disabled={count < 2}
            onClick={() => found.move(1)}
          >
            <IconChevronDown size={14} aria-hidden />
          </ActionIcon>
        </>
      )}
    </search>
  )
}
