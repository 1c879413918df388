import { Button, Checkbox, Popover } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import { COLUMN_CHOICES, DEFAULT_COLUMNS, knownColumns } from './columns.tsx'
import css from './results.module.css'

type Props = { columns: string | undefined; onChange(columns: string | undefined): void }

/** The columns of the list, behind a button. */
export function ColumnChooser({ columns, onChange }: Props) {
  const chosen = knownColumns(columns?.split(',') ?? DEFAULT_COLUMNS)
  const order = COLUMN_CHOICES.map(({ value }) => value)
  const change = (next: string[]) => {
    // New ones come where they stand in the list of choices; the others stay where they are.
    const kept = chosen.filter((key) => next.includes(key))
    for (const key of next.filter((one) => !kept.includes(one))) {
      const place = kept.findIndex((one) => order.indexOf(one) > order.indexOf(key))
      kept.splice(place < 0 ? kept.length : place, 0, key)
    }
    onChange(kept.join(',') === DEFAULT_COLUMNS.join(',') ? undefined : kept.join(',') || undefined)
  }
  return (
    <Popover position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <Button variant="default" size="compact-sm" leftSection={<IconColumns3 size={14} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Checkbox.Group value={chosen} onChange={change} aria-label="Columns">
          <div className={css.choices}>
            {COLUMN_CHOICES.map(({ value, label }) => (
              <Checkbox key={value} size="xs" value={value} label={label} />
            ))}
          </div>
        </Checkbox.Group>
        <Button
          variant="subtle"
          disabled={columns === undefined}
          onClick={() => onChange(undefined)}
          className={css.defaults ?? ''}
        >
          Default columns
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
