import { Button, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { ExportFormat } from '../../../app/exports/schema.ts'
import { type Exported, exportedFile } from '../api/exports.ts'
import { leftOutWords } from '../lib/left-out.ts'
import { saveFile } from '../lib/save-file.ts'
import { useAsk } from './ask.ts'
import { useAction } from './useAction.ts'

type Choice = { format: ExportFormat; requests?: boolean; text: string }

const CHOICES: readonly (readonly [about: string, choices: readonly Choice[]])[] = [
  [
    'A row a result',
    [
      { format: 'csv', text: 'CSV' },
      { format: 'parquet', text: 'Parquet' },
    ],
  ],
  [
    'A row a request',
    [
      { format: 'csv', requests: true, text: 'Requests as CSV' },
      { format: 'parquet', requests: true, text: 'Requests as Parquet' },
    ],
  ],
  [
    'Documents',
    [
      { format: 'json', text: 'JSON' },
      { format: 'jsonl', text: 'JSON Lines' },
    ],
  ],
  [
    'For other tools',
    [
      { format: 'llm-d', text: 'llm-d benchmark report' },
      { format: 'bencher', text: 'Bencher' },
      { format: 'github-smaller', text: 'GitHub benchmark, smaller is better' },
      { format: 'github-bigger', text: 'GitHub benchmark, bigger is better' },
    ],
  ],
]

/** Saves results as a file of the format that is chosen. */
export function ExportMenu({ of, disabled = false }: { of: Exported; disabled?: boolean }) {
  const ask = useAsk()
  const save = useAction({
    run: async ({ format, requests }: Choice) => {
      const { blob, name, leftOut } = await exportedFile(of, format, requests)
      saveFile(blob, name)
      const words = leftOutWords(leftOut)
      if (words) ask.notify(words)
    },
  })
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }} withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          loading={save.isPending}
          disabled={disabled}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {CHOICES.map(([about, choices]) => (
          <div key={about}>
            <Menu.Label>{about}</Menu.Label>
            {choices.map((choice) => (
              <Menu.Item key={choice.text} onClick={() => save.mutate(choice)}>
                {choice.text}
              </Menu.Item>
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
