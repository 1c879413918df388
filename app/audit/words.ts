import { hideSecrets } from '../../lib/find-secrets.ts'
import { own } from '../../lib/own.ts'
import { visible } from '../../lib/visible.ts'

const COLLECTION = /^[a-z]+s$/
const VERBS: Record<string, string> = { PUT: 'change', PATCH: 'change', DELETE: 'delete' }

/**
 * The action of a route: its path, and a verb where the path has none.
 * @example actionOf('POST /api/v1/campaigns/:id/launch') // 'campaigns.launch'
 * @example actionOf('PUT /api/v1/setups/:id/rule') // 'setups.rule.change'
 */
export function actionOf(route: string): string {
  const [method = '', path = ''] = route.split(' ')
  const words = path
    .replace(/^\/api\/v1\//, '')
    .split('/')
    .filter((word) => !word.startsWith(':'))
  const verb =
    own(VERBS, method) ?? (words.length === 1 || COLLECTION.test(words.at(-1) ?? '') ? 'create' : '')
  return [...words, ...(verb ? [verb] : [])].join('.')
}

/** The fields that name something; nothing else of a body is told. */
const NAMES = ['name', 'model_path', 'repo_id', 'engine_name', 'engine', 'scope']
const NAME_MAX = 80
const KEYS_MAX = 12

/**
 * What a change was, in words: never a value of the body but names, and those without credentials.
 * @param method of a change, the names of its fields are told
 */
export function summaryOf(what: string, method: string, body: Record<string, unknown>): string {
  const names = NAMES.flatMap((field) => {
    const value = body[field]
    return typeof value === 'string' && value !== '' ? [named(field, value)] : []
  })
  const changes = method === 'PUT' || method === 'PATCH' ? Object.keys(body).slice(0, KEYS_MAX) : []
  const told = [...names, ...(changes.length > 0 ? [`sets ${changes.map(short).join(', ')}`] : [])]
  return told.length > 0 ? `${what}: ${told.join(', ')}` : what
}

const short = (text: string): string => visible(text.slice(0, NAME_MAX))

const named = (field: string, value: string): string => {
  const shown = `"${short(hideSecrets(value))}"`
  return field === 'name' ? shown : `${field} ${shown}`
}
