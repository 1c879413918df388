import { Textarea } from '@mantine/core'

type Props = { label: string; value: string; onChange(text: string): void; valid: boolean }

/** A JSON object, written by hand. */
export function JsonField({ label, value, onChange, valid }: Props) {
  return (
    <Textarea
      label={label}
      description={'A JSON object, like {"max_model_len": 8192}.'}
      value={value}
      rows={4}
      spellCheck={false}
      error={valid ? undefined : 'This is no JSON object.'}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** The object that a text is; undefined where it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
