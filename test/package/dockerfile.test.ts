import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { validate } from 'dockerfile-utils'
import { expect, test } from 'vitest'

const dockerfile = readFileSync(fileURLToPath(new URL('../../Dockerfile', import.meta.url)), 'utf8')

test('the Dockerfile is free of findings, runs as no root and starts the program itself', () => {
  expect(validate(dockerfile)).toEqual([])
  const last = dockerfile.split(/^FROM /m).at(-1) ?? ''
  expect(last).toMatch(/^USER node$/m)
  expect(last).toMatch(/^ENTRYPOINT \["node", "dist\/bin\/kitt\.js"\]$/m)
  expect(last).toMatch(/^HEALTHCHECK /m)
  expect(last).toMatch(/^VOLUME \/data$/m)
})
