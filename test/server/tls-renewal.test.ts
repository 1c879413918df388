import { expect, it, vi } from 'vitest'
import { startRenewal } from '../../app/server/tls/renewal.ts'

const HOUR = 3_600_000

/** A timer that is wound by hand. */
function handTimer() {
  const due: { task: () => unknown; ms: number }[] = []
  const setTimer = (task: () => void, ms: number) => {
    const entry = { task, ms }
    due.push(entry)
    return () => void due.splice(due.indexOf(entry), 1)
  }
  return { due, setTimer, fire: async () => due.shift()?.task() }
}

function renewal(load: () => Promise<{ cert: string; key: string }>) {
  const timer = handTimer()
  const onRenewed = vi.fn()
  const onError = vi.fn()
  const current = { cert: 'old', key: 'k' }
  const stop = startRenewal({ current, load, onRenewed, onError, setTimer: timer.setTimer })
  return { ...timer, onRenewed, onError, stop }
}

it('looks every hour and hands over a certificate once when it is another one', async () => {
  let served = { cert: 'old', key: 'k' }
  const { due, fire, onRenewed } = renewal(async () => served)
  expect(due.map(({ ms }) => ms)).toEqual([HOUR])
  await fire()
  expect(onRenewed).not.toHaveBeenCalled()
  served = { cert: 'new', key: 'k2' }
  await fire()
  await fire()
  expect(onRenewed.mock.calls).toEqual([[served]])
  expect(due).toHaveLength(1)
})

it('reports a failure and tries again', async () => {
  let answer = () => Promise.reject<{ cert: string; key: string }>(new Error('disk'))
  const { fire, onRenewed, onError } = renewal(() => answer())
  await fire()
  expect(onError.mock.calls).toEqual([[new Error('disk')]])
  answer = async () => ({ cert: 'new', key: 'k' })
  await fire()
  expect(onRenewed).toHaveBeenCalledOnce()
  expect(onError).toHaveBeenCalledOnce()
})

it('tries a certificate again that could not be taken over', async () => {
  const { fire, onRenewed, onError } = renewal(async () => ({ cert: 'new', key: 'k' }))
  onRenewed.mockImplementationOnce(() => {
    throw new Error('refused')
  })
  await fire()
  await fire()
  await fire()
  expect(onError).toHaveBeenCalledOnce()
  expect(onRenewed).toHaveBeenCalledTimes(2)
})

it('stops: no timer is left and a look that is under way changes nothing', async () => {
  let found: (value: { cert: string; key: string }) => void = () => {}
  const { due, fire, stop, onRenewed } = renewal(() => new Promise((resolve) => (found = resolve)))
  const looking = fire()
  stop()
  found({ cert: 'new', key: 'k' })
  await looking
  expect(due).toEqual([])
  expect(onRenewed).not.toHaveBeenCalled()
})
