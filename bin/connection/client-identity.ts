import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { CommandFailed } from '../terminal/output.ts'

/** Where a client's own certificate and its key lie (PEM), for a server that asks for one with --client-ca. */
export type IdentityFiles = { client_cert?: string | undefined; client_key?: string | undefined }

/** A client's certificate and its key (PEM). */
export type Identity = { cert: string; key: string }

/** The flags of what keeps an identity for later; the files stay where they are. */
export const withIdentity = (command: Command): Command =>
  command
    .option('--client-cert <file>', 'the certificate to show to the server (KITT_CLIENT_CERT)')
    .option('--client-key <file>', 'its key (KITT_CLIENT_KEY), where the certificate file does not hold it')

/** The flags or variables as files to keep. */
export function identityFiles(flags: { clientCert?: string; clientKey?: string }): IdentityFiles {
  const cert = flags.clientCert || process.env['KITT_CLIENT_CERT']
  const key = flags.clientKey || process.env['KITT_CLIENT_KEY']
  return { ...(cert ? { client_cert: resolve(cert) } : {}), ...(key ? { client_key: resolve(key) } : {}) }
}

/** The identity that the variables name, or the one that was kept; none where there is none. @throws CommandFailed */
export function readIdentity(kept: IdentityFiles = {}, env = process.env): Identity | undefined {
  const cert = env['KITT_CLIENT_CERT'] || kept.client_cert
  const key = env['KITT_CLIENT_KEY'] || kept.client_key || cert
  if (!cert || !key) return undefined
  return { cert: pem(cert, 'CERTIFICATE'), key: pem(key, 'PRIVATE KEY') }
}

function pem(file: string, what: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailed(`The client certificate's file ${file} cannot be read.`)
  }
  if (text.includes(`${what}-----`)) return text
  throw new CommandFailed(`${file} holds no ${what.toLowerCase()} (PEM).`)
}
