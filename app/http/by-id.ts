import { z } from 'zod'
import { Id } from './fields.ts'
import { validate } from './validate.ts'

/** Checks the id in a path. */
export const ById = validate('param', z.object({ id: Id }))
