import type { Agent } from '../../api/agents.ts'
import { kitt, read } from '../../api/kitt.ts'
import { NotesPanel } from '../../ui/NotesPanel.tsx'

/** The notes and tags of an agent. */
export const AgentNotes = ({ agent }: { agent: Agent }) => (
  <NotesPanel
    saved={agent}
    save={(json) => read(kitt().api.v1.agents[':id'].$patch({ param: { id: agent.id }, json }))}
    area="agents"
    needs="change notes and tags"
    rows={3}
    maxTags={100}
  />
)
