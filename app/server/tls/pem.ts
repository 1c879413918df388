import { chmod, mkdir, readFile } from 'node:fs/promises'
import { writeWholeFile } from '../../../lib/write-file.ts'
import { CertificateError, reasonOf } from './error.ts'

/** Makes the directory of the certificates, closed to everybody else (0700). */
export async function privateDirectory(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await chmod(dir, 0o700)
  } catch (error) {
    throw new CertificateError(
      `Cannot use ${dir} for the certificates (${reasonOf(error)}): choose another home.`,
    )
  }
}

/** Reads a text file. Throws a `CertificateError` that names the file and the reason. */
export async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CertificateError(`Cannot read ${file}: ${reasonOf(error)}.`, { cause: error })
  }
}

/** Like `readPem`, but a missing file is `undefined`. */
export async function readPemIfThere(file: string): Promise<string | undefined> {
  try {
    return await readPem(file)
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Replaces the file in one step (0600 by default): a reader sees the old content or the new, never a part. */
export function writePem(file: string, content: string, mode = 0o600): void {
  try {
    writeWholeFile(file, content, { mode })
  } catch (error) {
    throw new CertificateError(`Cannot write ${file}: ${reasonOf(error)}.`)
  }
}
