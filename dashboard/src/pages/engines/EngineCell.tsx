import { Menu } from '@mantine/core'
import { useAccess } from '../../api/access.ts'
import type { EngineName } from '../../api/engines.ts'
import { kitt, read } from '../../api/kitt.ts'
import { useAsk } from '../../ui/ask.ts'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { useAction } from '../../ui/useAction.ts'
import css from './engines.module.css'

type Status = { installed: boolean; running: boolean; version: string }
type Props = { agent: { agent_id: string; name: string }; engine: EngineName; status: Status | undefined }
type Action = 'install' | 'start' | 'stop'
const WORDS: Record<Action, string> = { install: 'Install', start: 'Start', stop: 'Stop' }

/** One engine on one agent, with a menu to install, start and stop it. */
export function EngineCell({ agent, engine, status }: Props) {
  const ask = useAsk()
  const access = useAccess()
  const command = useAction({
    run: (action: Action) =>
      read(
        kitt().api.v1.engines.agents[':id'][action].$post({
          param: { id: agent.agent_id },
          json: { engine_name: engine },
        }),
      ),
    done: (_, action) => `Asked ${agent.name} to ${action} ${engine}.`,
  })
  const act = (action: Action) =>
    access === 'full' ? command.mutate(action) : ask.signIn(`A token is needed to ${action} an engine.`)
  const actions: Action[] = status?.running
    ? ['stop']
    : status?.installed
      ? ['start', 'install']
      : ['install']
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button
          type="button"
          className={css.cell}
          aria-label={`${engine} on ${agent.name}: ${wordOf(status)}`}
        >
          <Shown status={status} />
          {status?.version && <span className={css.version}>{status.version}</span>}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => (
          <Menu.Item key={action} onClick={() => act(action)}>
            {action === 'install' && status?.installed ? 'Reinstall' : WORDS[action]} {engine}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Shown({ status }: { status: Status | undefined }) {
  if (status?.running) return <StateBadge state="running" />
  if (status?.installed) return <StateBadge state="installed" />
  return <span>{wordOf(status)}</span>
}

const wordOf = (status: Status | undefined): string =>
  status?.running ? 'running' : status?.installed ? 'installed' : status ? 'not installed' : 'unknown'
