import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const STARTER = join(root, 'test/e2e/_server.ts')
const SETUP = join(root, 'test/_setup.ts')
const BROWSER = join(root, 'test/dashboard/_browser.ts')

/** What a file of the tests imports from others of them; what is of the program itself leads to no helper. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']+\.ts)'/g)]
    .map(([, path = '']) => join(dirname(file), path))
    // An import that a test quotes need not lead anywhere.
    .filter((path) => path.startsWith(join(root, 'test')) && existsSync(path))

/** Every file that a test is made of. */
function partsOf(file: string, found = new Set<string>()): Set<string> {
  if (!found.has(file)) for (const imported of importsOf(file)) partsOf(imported, found.add(file))
  return found.add(file)
}

const testFiles = (): string[] =>
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(root, 'test', path))
    .sort()

/**
 * The tests that start the built program as a process, which are run on every runtime. A test finds its way here by what
 * it imports, so that none is forgotten. What looks through a browser is about the page, and runs once.
 */
export const startingTests = (): string[] =>
  testFiles()
    .filter((path) => {
      const parts = partsOf(path)
      return parts.has(STARTER) && !parts.has(BROWSER)
    })
    .map((path) => relative(root, path))

/**
 * What is on Bun before a release only: the command line, the page that is open, and servers that take over from each
 * other. They take a third of that runtime's time, and hang on it least.
 */
export const isOfOneRuntime = (path: string): boolean =>
  /^test\/(bin|dashboard)\/|(crash-server|due-servers|rolling-upgrade|two-servers)\.test\.ts$/.test(path)

/** The tests of the app in their own process, which are run on the way of a remote database too. */
export const appTests = (): string[] =>
  testFiles()
    .filter((path) =>
      [...partsOf(path)].some((part) => part !== SETUP && /createTestApp\(/.test(readFileSync(part, 'utf8'))),
    )
    .map((path) => relative(root, path))
