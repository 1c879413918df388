import {
  AGENT_STATES,
  ALERT_STATES,
  AUDIT_OUTCOMES,
  CAMPAIGN_STATES,
  SETUP_STATES,
  TEST_STATES,
} from '../../../lib/states.ts'
import { pageIn, skipIn, textIn, textsIn, wordIn } from './search.ts'

// The query parameters of each page. Invalid ones are ignored.

type Raw = Record<string, unknown>
const optional = <T extends object>(search: T): Partial<T> => search
const FLAGS = ['true', 'false'] as const
const STEPS = ['basics', 'agent', 'engines', 'models', 'settings', 'review'] as const
const GROUPS = ['model', 'engine', 'agent_id', 'gpu_model', 'suite_name'] as const
const PERIODS = ['1', '7', '30', '90', '365'] as const

export const agents = (raw: Raw) =>
  optional({
    status: wordIn(raw, 'status', AGENT_STATES),
    tag: textIn(raw, 'tag'),
    page: pageIn(raw),
  })

export const tests = (raw: Raw) =>
  optional({
    status: wordIn(raw, 'status', TEST_STATES),
    agent_id: textIn(raw, 'agent_id'),
    page: pageIn(raw),
  })

export const newTest = (raw: Raw) =>
  optional(textsIn(raw, ['agent_id', 'model', 'engine', 'mode', 'suite', 'benchmark', 'profile', 'options']))

export const results = (raw: Raw) =>
  optional({
    ...textsIn(raw, ['q', 'model', 'engine', 'suite_name', 'agent_id', 'campaign_id', 'tag']),
    passed: wordIn(raw, 'passed', FLAGS),
    simulated: wordIn(raw, 'simulated', FLAGS),
    ...textsIn(raw, ['since', 'until', 'sort', 'columns']),
    page: pageIn(raw),
    skip: skipIn(raw),
  })

export const setups = (raw: Raw) =>
  optional({
    ...textsIn(raw, ['q', 'model', 'engine', 'agent_id', 'gpu_model', 'benchmark']),
    state: wordIn(raw, 'state', SETUP_STATES),
    page: pageIn(raw),
  })

export const setup = (raw: Raw) =>
  optional({
    metric: textIn(raw, 'metric'),
    scale: wordIn(raw, 'scale', ['log']),
  })

export const alerts = (raw: Raw) =>
  optional({
    open: wordIn(raw, 'open', FLAGS),
    state: wordIn(raw, 'state', ALERT_STATES),
    ...textsIn(raw, ['agent_id', 'setup_id']),
    page: pageIn(raw),
  })

export const compare = (raw: Raw) => optional(textsIn(raw, ['ids', 'metric']))

export const models = (raw: Raw) => optional({ q: textIn(raw, 'q') })

export const campaigns = (raw: Raw) =>
  optional({ status: wordIn(raw, 'status', CAMPAIGN_STATES), page: pageIn(raw) })

export const newCampaign = (raw: Raw) => optional({ step: wordIn(raw, 'step', STEPS) })

export const schedules = (raw: Raw) => optional({ page: pageIn(raw) })

export const newSchedule = (raw: Raw) => optional({ campaign: textIn(raw, 'campaign') })

export const charts = (raw: Raw) =>
  optional({
    metric: textIn(raw, 'metric'),
    group: wordIn(raw, 'group', GROUPS),
    days: wordIn(raw, 'days', PERIODS),
    ...textsIn(raw, ['q', 'engine', 'agent_id']),
    simulated: wordIn(raw, 'simulated', FLAGS),
  })

export const audit = (raw: Raw) =>
  optional({
    ...textsIn(raw, ['actor', 'action', 'target']),
    outcome: wordIn(raw, 'outcome', AUDIT_OUTCOMES),
    page: pageIn(raw),
  })

export const paged = (raw: Raw) => optional({ page: pageIn(raw) })
