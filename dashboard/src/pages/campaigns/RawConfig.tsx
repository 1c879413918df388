import css from './campaigns.module.css'

/** The configuration as it was sent. */
export function RawConfig({ config }: { config: object }) {
  return (
    <details className={css.raw}>
      <summary>Configuration</summary>
      <pre tabIndex={0}>{JSON.stringify(config, null, 2)}</pre>
    </details>
  )
}
