import type { Agent } from '../../api/agents.ts'
import { kitt, read } from '../../api/kitt.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useAction } from '../../ui/useAction.ts'
import css from './agents.module.css'
import { DeleteAgent } from './DeleteAgent.tsx'
import { RotateToken } from './RotateToken.tsx'

/** Maintenance actions for an agent. */
export function AgentMaintenance({ agent }: { agent: Agent }) {
  const param = { id: agent.id }
  const drain = useAction({
    run: (schedulable: boolean) => read(kitt().api.v1.agents[':id'].$patch({ param, json: { schedulable } })),
    done: (_, schedulable) => (schedulable ? 'The agent takes tests again.' : 'The agent gets no new tests.'),
    refresh: [['agents']],
  })
  const clean = useAction({
    run: () => read(kitt().api.v1.agents[':id'].cleanup.$post({ param, json: {} })),
    done: 'The agent deletes its models with its next heartbeat.',
  })
  const question = {
    title: 'Clean the model storage?',
    text: `${agent.name} deletes the models it has downloaded. They are downloaded again when a test needs them.`,
    confirm: 'Clean',
  }
  return (
    <Panel title="Maintenance">
      <div className={css.danger}>
        <div>
          <p>
            {agent.schedulable
              ? 'Drain: the agent finishes its tests and gets no new ones.'
              : 'The agent is draining.'}
          </p>
          <ActionButton
            needs="drain an agent"
            variant="default"
            loading={drain.isPending}
            onClick={() => drain.mutate(!agent.schedulable)}
          >
            {agent.schedulable ? 'Drain' : 'Take tests again'}
          </ActionButton>
        </div>
        <div>
          <p>Clean storage: the agent deletes the models it has downloaded.</p>
          <ActionButton needs="clean storage" variant="default" action={clean} question={question}>
            Clean storage
          </ActionButton>
        </div>
        <RotateToken agent={agent} />
        <DeleteAgent agent={agent} />
      </div>
    </Panel>
  )
}
