import type { AtCommit } from '../../db/unit-of-work.ts'

/**
 * For tests: kills this process with SIGKILL at a commit; undefined without a `point`.
 * @param point `before-commit:7` for the seventh commit, `after-commit:result_saved` for the first with such an event
 * @throws Error if it is neither
 */
export function failPoint(point: string | undefined): AtCommit | undefined {
  if (!point) return undefined
  const [, moment, which = ''] = /^(before|after)-commit:([1-9]\d*|[a-z_]+)$/.exec(point) ?? []
  if (!moment)
    throw new Error('KITT_FAIL_POINT must be before-commit: or after-commit: and a number or an event type.')
  let commits = 0
  return (now, events) => {
    if (now !== moment) return
    commits++
    if (commits === Number(which) || events.some(({ type }) => type === which))
      process.kill(process.pid, 'SIGKILL')
  }
}
