/** Warnings that tell of a limit of a number or of the hardware, not of a fault of the measurement. */
const NOTES: readonly string[] = ['few_samples', 'power_limited']

/** Whether a warning of this code is a note: shown beside the numbers, and no reason to doubt the result. */
export const isNote = (code: string): boolean => NOTES.includes(code)
