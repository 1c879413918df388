import { sideBySide } from '../../turns.ts'
import { formatDuration, logCampaign, oneLine, summary } from '../log.ts'
import { moveCampaign } from '../states.ts'
import { changeCell, logCell, placeCell, showWaiting, withdrawTest } from './cells.ts'
import { fence, type Step } from './step.ts'
import type { Action, CellTest } from './work.ts'

/** Applies actions of a campaign's plan: those of a cell in order and all cells side by side, then the campaign's own. */
export async function applyActions(step: Step, actions: readonly Action[]): Promise<void> {
  const ofCells = new Map<number, Action[]>()
  const own: Action[] = []
  for (const action of actions) {
    if (!('cell' in action)) {
      own.push(action)
      continue
    }
    const before = ofCells.get(action.cell.idx)
    if (before) before.push(action)
    else ofCells.set(action.cell.idx, [action])
  }
  await sideBySide([...ofCells.values()], (some) => applyInOrder(step, some))
  await applyInOrder(step, own)
}

async function applyInOrder(step: Step, actions: readonly Action[]): Promise<void> {
  for (const action of actions) await applyAction(step, action)
}

/** Applies one action if the state of its row still allows it, and logs it. */
async function applyAction(step: Step, action: Action): Promise<void> {
  switch (action.do) {
    case 'start':
      await moveCampaign(step.tx, step.work.id, { to: 'running', at: step.at, where: fence(step) })
      return
    case 'wait':
      return showWaiting(step, action.reason)
    case 'finish':
      return finish(step, action)
    case 'place':
      return placeCell(step, action.cell, action.host.id)
    default:
      return applyToCell(step, action)
  }
}

type Of<Do extends Action['do']> = Extract<Action, { do: Do }>

async function finish(step: Step, { status, error, counters }: Of<'finish'>) {
  const { tx, work, at } = step
  const ended = await moveCampaign(tx, work.id, { to: status, at, error, where: fence(step) })
  const took = ended?.started_at ? ` in ${formatDuration(at - ended.started_at)}` : ''
  if (ended) logCampaign(tx, work.id, `${status}: ${summary(counters)}${took}`, at)
}

async function applyToCell(step: Step, action: Of<'show' | 'end' | 'retry' | 'move'>): Promise<void> {
  const { cell } = action
  const log = (what: string) => logCell(step, cell, what)
  if (action.do === 'show') {
    const { status, test } = action
    const running = status === 'running'
    if (!(await changeCell(step, cell, running ? { status, attempt: test.attempt } : { status }))) return
    const nth = test.attempt > 1 ? `, attempt ${test.attempt}` : ''
    log(running ? `running on ${test.agent_name}${nth}` : `interrupted, queued again on ${test.agent_name}`)
  } else if (action.do === 'retry') {
    if (!(await changeCell(step, cell, { status: 'pending', test_id: null }))) return
    log(
      `failed: ${oneLine(action.reason, 300)} · trying again (${cell.tries} of ${step.work.config.retries})`,
    )
  } else if (action.do === 'move') {
    const { test, host } = action
    if (!(await changeCell(step, cell, { status: 'pending', test_id: null, tries: cell.tries - 1 }))) return
    await withdrawTest(step, test.id, `Moved to ${host.name}: ${test.agent_name} is not available.`)
    log(`moved from ${test.agent_name}, which is not available, to ${host.name}`)
  } else {
    const { status, reason } = action
    if (!(await changeCell(step, cell, { status, reason: reason && oneLine(reason, 2000) }))) return
    log(
      status === 'completed' ? `completed${resultOf(cell.test)}` : `${status}: ${oneLine(reason ?? '', 300)}`,
    )
  }
}

const resultOf = (test: CellTest | null): string =>
  test?.headline ? `, ${test.headline}` : test?.result_id ? '' : ' without a result'
