import { Textarea } from '@mantine/core'
import { isObject, type Loose, parsed } from '../../lib/loose.ts'

type Props = {
  label: string
  value: string
  onChange(text: string): void
  valid: boolean
  /** What such an object has, as JSON. */
  example?: string
}

const EXAMPLE = '{"max_model_len": 8192}'

/** A text field for a JSON object. */
export function JsonField({ label, value, onChange, valid, example = EXAMPLE }: Props) {
  return (
    <Textarea
      label={label}
      description={`A JSON object, such as ${example}.`}
      value={value}
      rows={4}
      spellCheck={false}
      error={valid ? undefined : 'This is not a JSON object.'}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

/** Parses a JSON object; undefined if the text is none. */
export function parseObject(text: string): Loose | undefined {
  const value = parsed(text)
  return isObject(value) ? value : undefined
}
