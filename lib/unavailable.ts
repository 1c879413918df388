/** Why an agent takes no tests: `never connected`, `offline`, `drained`; undefined if it does. */
export function unavailable({
  status,
  schedulable,
}: {
  status: string
  schedulable: boolean
}): string | undefined {
  if (status === 'provisioned') return 'never connected'
  if (status === 'offline') return 'offline'
  return schedulable ? undefined : 'drained'
}
