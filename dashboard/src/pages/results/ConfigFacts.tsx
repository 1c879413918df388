import { asText, type Loose } from '../../lib/loose.ts'
import { CopyLine } from '../../ui/CopyLine.tsx'
import { Facts } from '../../ui/Facts.tsx'
import css from './results.module.css'

/** The options of a measurement, and the command that repeats it. */
export function ConfigFacts({ config }: { config: Loose }) {
  const options = config['options']
  const entries = typeof options === 'object' && options !== null ? Object.entries(options) : []
  const command = asText(config['command'])
  return (
    <div className={css.config}>
      <Facts facts={entries.map(([key, value]) => [key, <code key={key}>{shown(value)}</code>])} />
      {command && (
        <>
          <h3>To measure the same again</h3>
          <CopyLine text={command} label="the command" />
        </>
      )}
    </div>
  )
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
