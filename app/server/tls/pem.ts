import { chmod, mkdir, readFile } from 'node:fs/promises'
import { writeWholeFile } from '../../../lib/write-file.ts'
import { CertificateError, reasonOf } from './error.ts'

/** Makes the directory of the certificates, mode 0700. @throws CertificateError */
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

/** Reads a text file. @throws CertificateError that names the file and the reason */
export async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CertificateError(`Cannot read ${file}: ${reasonOf(error)}.`, { cause: error })
  }
}

/** Like `readPem`, but undefined for a missing file. */
export async function readPemIfThere(file: string): Promise<string | undefined> {
  try {
    return await readPem(file)
  } catch (error) {
    if (((error as Error).cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Replaces the file atomically, mode 0600 by default. @throws CertificateError */
export function writePem(file: string, content: string, mode = 0o600): void {
  try {
    writeWholeFile(file, content, { mode })
  } catch (error) {
    throw new CertificateError(`Cannot write ${file}: ${reasonOf(error)}.`)
  }
}
