import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { CommandFailed } from '../terminal/output.ts'

/** The files of a client certificate and its key (PEM), for a server with --client-ca. */
export type IdentityFiles = { client_cert?: string | undefined; client_key?: string | undefined }

/** A client certificate and its key (PEM). */
export type Identity = { cert: string; key: string }

/** Adds the flags for a client certificate, whose paths are saved; the files are not copied. */
export const withIdentity = (command: Command): Command =>
  command
    .option('--client-cert <file>', 'the client certificate, if the server asks for one (KITT_CLIENT_CERT)')
    .option('--client-key <file>', 'its key (KITT_CLIENT_KEY), if it is not in the certificate file')

/** The paths to save, from the flags or the variables. */
export function identityFiles(flags: { clientCert?: string; clientKey?: string }): IdentityFiles {
  const cert = flags.clientCert || process.env['KITT_CLIENT_CERT']
  const key = flags.clientKey || process.env['KITT_CLIENT_KEY']
  return { ...(cert ? { client_cert: resolve(cert) } : {}), ...(key ? { client_key: resolve(key) } : {}) }
}

/** Reads the client certificate of the variables, or the saved one, if any. @throws CommandFailed */
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
    throw new CommandFailed(`The file ${file} of the client certificate cannot be read.`)
  }
  if (text.includes(`${what}-----`)) return text
  throw new CommandFailed(`${file} does not contain a ${what.toLowerCase()} (PEM).`)
}
