import { Button } from '@mantine/core'
import { useAccess } from '../../api/access.ts'
import { setToken, useToken } from '../../api/token.ts'
import { useAsk } from '../../ui/ask.ts'
import { Panel } from '../../ui/Panel.tsx'
import css from './settings.module.css'

/** The token this browser uses. */
export function TokenPanel() {
  const token = useToken()
  const access = useAccess()
  const ask = useAsk()
  return (
    <Panel title="Token in use">
      <div className={css.token}>
        {token ? (
          <p>
            Begins with <code>{token.slice(0, 8)}</code>
            {access === 'wrong' ? ', and is not known to this server.' : ', kept in this browser.'}
          </p>
        ) : (
          <p>{access === 'full' ? 'None: this server asks nobody for one.' : 'None: reading only.'}</p>
        )}
        {token ? (
          <Button variant="default" onClick={() => setToken(undefined)}>
            Sign out
          </Button>
        ) : (
          access !== 'full' && <Button onClick={() => ask.signIn()}>Sign in</Button>
        )}
      </div>
    </Panel>
  )
}
