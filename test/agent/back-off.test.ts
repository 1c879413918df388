import { expect, test } from 'vitest'
import { backOff } from '../../agent/back-off.ts'

test('the pause between tries doubles up to half a minute, half of it by chance, and is never shorter than asked for', () => {
  for (let n = 1; n <= 20; n++) {
    const most = Math.min(30_000, 250 * 2 ** n)
    for (let i = 0; i < 20; i++) {
      const ms = backOff(n)
      expect(ms).toBeGreaterThanOrEqual(most / 2)
      expect(ms).toBeLessThanOrEqual(most)
      expect(backOff(n, 120)).toBe(120_000)
      expect(backOff(n, 86_400)).toBe(600_000)
    }
  }
})
