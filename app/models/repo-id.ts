const DRIVE = /^[a-z]:/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: it refuses control characters
const UNSAFE = /[\u0000-\u001f\u007f\\]/

const isSafe = (segment: string) =>
  segment !== '' &&
  segment !== '.' &&
  segment !== '..' &&
  segment.length <= 255 &&
  !DRIVE.test(segment) &&
  !UNSAFE.test(segment) &&
  !/\p{Surrogate}/u.test(segment)

/**
 * The segments of a repository id that is safe as a relative path and as URL path segments, otherwise null:
 * nothing empty (so nothing absolute), no `.` or `..`, backslash, control character, drive letter or lone surrogate.
 */
export function repoIdSegments(repoId: string): string[] | null {
  if (repoId.length > 1024) return null
  const segments = repoId.split('/')
  return segments.every(isSafe) ? segments : null
}
