import type { AtCommit } from '../../db/unit-of-work.ts'

/**
 * What ends this process as kill -9 does, at a commit; for tests alone. Undefined where nothing is asked for.
 * @param point `before-commit:7`, at the seventh commit, or `after-commit:result_saved`, at the first that writes such an event
 * @throws Error where it is neither
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
