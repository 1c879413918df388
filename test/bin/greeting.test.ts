import { expect, test } from 'vitest'
import type { Config } from '../../app/config.ts'
import type { Server } from '../../app/server/start.ts'
import { greeting } from '../../bin/web/greeting.ts'

/** What a server without TLS says where it listens on this address. */
function said(host: string): string {
  const config = { host, auth_token: 'x'.repeat(40) } as Config
  return greeting({ url: 'http://localhost:8080' } as Server, config, undefined, 'env')
}

test('a server that only this machine can reach is not said to be read by others', () => {
  for (const host of ['127.0.0.1', 'localhost', '::1']) {
    expect(said(host), host).toContain('Only this machine can reach it')
    expect(said(host), host).not.toContain('PLAIN HTTP')
  }
})

test('a server without TLS that others can reach says what they can read', () => {
  for (const host of ['0.0.0.0', '192.0.2.7']) expect(said(host), host).toContain('PLAIN HTTP: others')
})
