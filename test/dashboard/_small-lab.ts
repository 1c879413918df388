import type { Client } from '../../app/client/client.ts'
import { documentOf, randomFrom } from './_documents.ts'
import { HOSTILE } from './_hostile.ts'

const random = randomFrom(5)

/** One of everything, with hostile text wherever text may come from: names, notes, hardware, lines, errors, results. */
export async function seedHostile({ api }: Client) {
  const { script, image, template, long, rightToLeft } = HOSTILE
  const registration = {
    name: image,
    hostname: script,
    gpu_info: script,
    gpu_count: 1,
    cpu_info: `${template}${rightToLeft}`,
    cpu_arch: 'x86_64',
    environment_type: script,
    fingerprint: image,
    kitt_version: script,
    hardware_details: { note: script, [image]: image },
    capabilities: ['kitt.ack.v1'],
  }
  const { agent_id } = await (await api.v1.agents.register.$post({ json: registration })).json()
  const param = { id: agent_id }
  await api.v1.agents[':id'].$patch({
    param,
    json: { notes: image, tags: [script, long.slice(0, 100), rightToLeft] },
  })
  const campaign = {
    name: image,
    description: `${script} ${rightToLeft}`,
    agent_id,
    config: {
      models: [{ name: script }, { name: long }, { name: rightToLeft }],
      engines: [{ name: 'vllm' as const }],
    },
  }
  await api.v1.campaigns.$post({ json: campaign })
  await api.v1.engines.profiles.$post({
    json: {
      name: image,
      engine: 'vllm',
      description: `${script} ${rightToLeft}`,
      runtime_config: { [script]: image },
    },
  })
  for (const ending of ['completed', 'failed'] as const) await runOne({ api }, param, ending)
  const measured = {
    ...{
      model: `${script} ${rightToLeft}`,
      engine: image,
      engineVersion: template,
      at: Date.now(),
      concurrency: 1,
      requests: 50,
    },
    ...{
      gpu: { model: script, vram_gb: 1, count: 1 },
      speed: 50,
      warnings: [{ code: script, message: image }],
    },
  }
  const json = { command_id: 'unasked', status: 'completed', result_data: documentOf(measured, random) }
  await api.v1.agents[':id'].results.$post({ param, json: json as never })
}

/** A test whose log and ending are hostile too. */
async function runOne({ api }: Pick<Client, 'api'>, param: { id: string }, ending: 'completed' | 'failed') {
  const { script, image, template, rightToLeft } = HOSTILE
  const asked = {
    agent_id: param.id,
    model_path: `${script}${rightToLeft}`,
    engine_name: 'vllm',
    force: true,
  }
  await api.v1.quicktest.$post({ json: asked })
  const beat = api.v1.agents[':id'].heartbeat
  const engines = [{ engine: script, version: image, installed: true, running: true }]
  const { commands } = await (await beat.$post({ param, json: { boot_id: 'b', engines } })).json()
  const command = commands[0]
  if (!command) throw new Error('The agent was given nothing to do.')
  const test = { id: command.test_id }
  const active = { boot_id: 'b', acks: [command.command_id], active: [command.test_id] }
  await beat.$post({ param, json: active })
  await api.v1.quicktest[':id'].status.$post({ param: test, json: { status: 'running' } })
  const lines = [script, image, template, rightToLeft, `\u001b[31m${script}\u001b[0m`, '\u0000\u0007bell']
  await api.v1.quicktest[':id'].logs.$post({
    param: test,
    json: { lines: lines.map((line, seq) => ({ seq, line })) },
  })
  const gpu = { model: script, vram_gb: 1, count: 1 }
  const measured = {
    model: script,
    engine: 'vllm',
    engineVersion: image,
    at: Date.now(),
    gpu,
    speed: 50,
    concurrency: 1,
    requests: 50,
  }
  const json =
    ending === 'failed'
      ? { command_id: command.command_id, status: 'failed', error: `${script} ${image} ${rightToLeft}` }
      : { command_id: command.command_id, status: 'completed', result_data: documentOf(measured, random) }
  await api.v1.agents[':id'].results.$post({ param, json: json as never })
  await beat.$post({ param, json: { boot_id: 'b', active: [] } })
}
