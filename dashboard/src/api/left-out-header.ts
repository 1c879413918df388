/** The header of an export with what it leaves out, as `app/exports/schema.ts` has it, whose schemas are not loaded here. */
export const LEFT_OUT_HEADER = 'Kitt-Left-Out'
