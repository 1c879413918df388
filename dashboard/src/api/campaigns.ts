import { kitt, type Search } from './kitt.ts'
import { listQuery, oneQuery } from './queries.ts'

export type {
  Campaign,
  CampaignDetail,
  CampaignRun,
} from '../../../app/campaigns/schema.ts'

export type CampaignSearch = Search<'status'>

export const campaignsQuery = (search: CampaignSearch = {}) =>
  listQuery('campaigns', search, (args) => kitt().api.v1.campaigns.$get(args))

export const campaignQuery = (id: string) =>
  oneQuery('campaigns', id, (args) => kitt().api.v1.campaigns[':id'].$get(args))
