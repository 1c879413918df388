import { Button, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { agentQuery, isConnected } from '../../api/agents.ts'
import { CopyLine } from '../../ui/CopyLine.tsx'
import common from '../../ui/common.module.css'
import { StateBadge } from '../../ui/StateBadge.tsx'
import css from './agents.module.css'

export type Made = { agent_id: string; token: string; install_command: string; warning?: string | undefined }

/** The install command and the token of a new agent, and whether it is online. */
export function InstallAgent({ made, onDone }: { made: Made; onDone(): void }) {
  const { data } = useQuery(agentQuery(made.agent_id))
  const here = data !== undefined && isConnected(data)
  return (
    <div className={common.fields}>
      <p>Run this on the machine with the GPU:</p>
      <CopyLine text={made.install_command} label="the install command" />
      {made.warning && <p role="alert">{made.warning}</p>}
      <p>It asks for this token, which is shown only once:</p>
      <CopyLine text={made.token} label="the token" />
      <div className={common.end}>
        <span className={css.waiting} role="status">
          {here ? <StateBadge state={data.status} /> : <Loader size="xs" />}
          {here ? `${data.name} is online.` : 'Waiting for its first contact…'}
        </span>
        {here && (
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/agents/$id" params={{ id: made.agent_id }} {...props} />}
          >
            Open the agent
          </Button>
        )}
        <Button onClick={onDone}>{here ? 'Done' : 'Close'}</Button>
      </div>
    </div>
  )
}
