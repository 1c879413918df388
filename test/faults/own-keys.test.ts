import { expect, test } from 'vitest'
import { createCommands } from '../../agent/commands.ts'
import { engineByName } from '../../agent/engines/table.ts'
import { fileFormat } from '../../app/models/formats.ts'
import { colourOf } from '../../bin/terminal.ts'
import { createTestApp } from '../_setup.ts'
import { newHost } from '../agent/_host.ts'
import { addHost } from '../jobs/_queue.ts'

/** What every plain object seems to have. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype)

test('56: a command that is named like what every object has is one that the agent does not know', async () => {
  const { host } = newHost()
  const commands = createCommands(
    { engines: host, storage: () => ({}) as never },
    () => {},
    AbortSignal.timeout(60_000),
  )
  for (const type of INHERITED) {
    const command = { command_id: 'c', test_id: 't', type: type as never, payload: {} }
    await expect(commands.run(command), type).rejects.toThrow('This agent knows no command')
  }
})

test('56: names from outside find nothing that an object merely inherits', () => {
  for (const name of INHERITED) {
    expect(colourOf(name), name).toBeUndefined()
    expect(fileFormat(`model.${name}`), name).toBeNull()
    expect(() => engineByName(name), name).toThrow('knows no engine')
  }
})

test('56: engines of such names are kept and shown like any other, and change no object', async () => {
  const app = await createTestApp()
  const host = await addHost(app)
  await host.beat({ engines: INHERITED.map((engine) => ({ engine, installed: true })) })
  const { body } = await app.call('GET', '/api/v1/engines/status')
  expect(Object.keys(body[host.id].engines).sort()).toEqual([...INHERITED].sort())
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('56: routes answer such names in paths and queries as any that is not there', async () => {
  const app = await createTestApp()
  for (const name of INHERITED) {
    expect((await app.call('GET', `/api/v1/agents/${name}`)).status, name).toBe(404)
    expect((await app.call('GET', `/${name}`)).status, name).toBe(404)
    expect((await app.call('GET', `/api/v1/agents?status=${name}`)).status, name).toBe(400)
    expect((await app.call('GET', `/api/v1/results?sort=${name}`)).status, name).toBe(400)
    expect((await app.call('GET', `/api/v1/results?sort=metric:${name}`)).body.items, name).toEqual([])
  }
})
