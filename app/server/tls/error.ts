import { own } from '../../../lib/own.ts'
/** A certificate or key that cannot be used; the message is a sentence that says what to do. */
export class CertificateError extends Error {
  override name = 'CertificateError'
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

/** The text of an operating system error: `EACCES` → `permission denied`. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return own(REASONS, code) ?? (code || String(error))
}
