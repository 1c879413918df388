/** The order of a queue: lower ranks run first, within a rank the oldest. */

/** Put back at the front, after its agent lost it. */
export const PUT_BACK = 0
/** Launched by people. */
export const BY_PEOPLE = 1
/** Launched by a schedule, or to confirm a suspicion: when nothing of people waits. */
export const BY_ITSELF = 2
