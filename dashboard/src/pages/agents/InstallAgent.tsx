import { Button, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { agentQuery } from '../../api/agents.ts'
import { CopyLine } from '../../ui/CopyLine.tsx'
import common from '../../ui/common.module.css'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { isConnected } from './agent-state.ts'
import css from './agents.module.css'

export type Made = { agent_id: string; token: string; install_command: string }

/** The command that installs a new agent, its token, and whether it has come. */
export function InstallAgent({ made, onDone }: { made: Made; onDone(): void }) {
  const { data } = useQuery(agentQuery(made.agent_id))
  const here = data !== undefined && isConnected(data)
  return (
    <div className={css.form}>
      <p>Run this on the machine with the GPU:</p>
      <CopyLine text={made.install_command} label="the install command" />
      <p>It asks for this token, which is shown this once:</p>
      <CopyLine text={made.token} label="the token" />
      <div className={common.end}>
        <span className={css.waiting} role="status">
          {here ? <StateBadge state={data.status} /> : <Loader size="xs" />}
          {here ? `${data.name} is here.` : 'Waiting for its first contact…'}
        </span>
        {here && (
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/agents/$id" params={{ id: made.agent_id }} {...props} />}
          >
            Open it
          </Button>
        )}
        <Button onClick={onDone}>{here ? 'Done' : 'Close'}</Button>
      </div>
    </div>
  )
}
