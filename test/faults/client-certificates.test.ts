import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder as temporaryHome } from '../_setup.ts'
import { curl, eventually, startKitt } from '../e2e/_server.ts'

test('48: client certificates are asked for where that is required', async () => {
  const home = temporaryHome()
  const pki = temporaryHome()
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: pki, stdio: 'ignore' })
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=clients',
    '-days',
    '2',
  )
  openssl(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    'me.key',
    '-out',
    'me.csr',
    '-subj',
    '/CN=me',
  )
  openssl(
    'x509',
    '-req',
    '-in',
    'me.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'me.pem',
    '-days',
    '2',
  )
  // The first start makes the server's certificate, with which the second can be waited for.
  await (await startKitt({ home, tls: true })).stop()
  const clients = ['--client-ca', join(pki, 'ca.pem')]
  const server = await startKitt({ home, tls: true, args: clients })
  const ask = (...args: string[]) =>
    curl('--cacert', join(home, 'certs/ca.pem'), ...args, `https://localhost:${server.port}/api/v1/health`)
  expect((await ask()).code).toBe(0)
  expect((await ask('--cert', join(pki, 'me.pem'), '--key', join(pki, 'me.key'))).code).toBe(0)
  await server.stop()
  await expect(
    startKitt({
      home,
      tls: true,
      port: server.port,
      args: [...clients, '--require-client-cert'],
      seconds: 4,
    }),
  ).rejects.toThrow('does not answer')
  // Whether it is there yet only who has a certificate can tell.
  const mine = ['--cert', join(pki, 'me.pem'), '--key', join(pki, 'me.key')]
  await eventually(async () => (await ask(...mine)).code === 0)
  expect((await ask()).code).not.toBe(0)
  expect((await ask(...mine)).code).toBe(0)
}, 90_000)
