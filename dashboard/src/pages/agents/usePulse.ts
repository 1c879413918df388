/**
 * Load, memory and disk come with heartbeats and are no events: what shows them looks again at the pace of the
 * heartbeats, while it is in sight.
 */
export const usePulse = () => ({ refetchInterval: 30_000 })
