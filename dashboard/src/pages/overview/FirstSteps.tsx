import { Link } from '@tanstack/react-router'
import common from '../../ui/common.module.css'
import { Panel } from '../../ui/Panel.tsx'
import { AddAgent } from '../agents/AddAgent.tsx'
import { AddVirtualAgent } from '../agents/AddVirtualAgent.tsx'
import css from './overview.module.css'

/** The first steps on a server without agents. */
export function FirstSteps() {
  return (
    <Panel title="First steps">
      <ol className={css.steps}>
        <li>
          <span className={css.number} aria-hidden>
            1
          </span>
          <h3>Add an agent</h3>
          <div className={css.stepText}>
            <p>
              An agent runs on a machine with a GPU and measures there. To try KITT without a GPU, add a
              virtual agent: it measures a simulated engine, and its numbers are marked as simulated.
            </p>
            <div className={common.line}>
              <AddVirtualAgent />
              <AddAgent />
            </div>
          </div>
        </li>
        <li>
          <span className={css.number} aria-hidden>
            2
          </span>
          <h3>Launch a quick test</h3>
          <div className={css.stepText}>
            <p>Choose the agent, a model and an engine, and watch it run.</p>
          </div>
        </li>
        <li>
          <span className={css.number} aria-hidden>
            3
          </span>
          <h3>Compare</h3>
          <div className={css.stepText}>
            <p>
              Tick two <Link to="/results">results</Link> and see them side by side. A campaign runs a whole
              matrix of models, engines and benchmarks.
            </p>
          </div>
        </li>
      </ol>
    </Panel>
  )
}
