import { hash } from 'node:crypto'
import type { Sha256 } from '../../deps.ts'

export const sha256: Sha256 = (data) => hash('sha256', data)
