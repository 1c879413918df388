import type { SQL } from 'drizzle-orm'
import type { WriteTx } from '../../../db/write.ts'
import type { Deps } from '../../deps.ts'
import { holdsLease, type Lease } from '../../maintenance/leader.ts'
import type { CampaignWork } from './rows.ts'

/** What a step of a campaign works with. `lease` is missing where a person acts instead of the reconciler. */
export type Step = {
  deps: Deps
  tx: WriteTx
  work: Pick<CampaignWork, 'id' | 'counters' | 'config'>
  lease?: Lease
  at: number
}

/** In the WHERE of everything the reconciler writes. */
export const fence = ({ lease }: Step): SQL | undefined => lease && holdsLease(lease)
