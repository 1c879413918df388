import { expect, test } from 'vitest'
import { InFlight } from '../../../../agent/bench/request/in-flight.ts'

test('those in flight are stopped, those that left are not', () => {
  const inFlight = new InFlight()
  const stopped: string[] = []
  const enter = (name: string) => inFlight.enter(() => void stopped.push(name))
  const [first] = [enter('first'), enter('second')]
  inFlight.leave(first)
  enter('third')
  inFlight.stopAll()
  expect(stopped.sort()).toEqual(['second', 'third'])
})
