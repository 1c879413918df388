import { Select, Textarea, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type EngineMode, type EngineName, type EngineProfile, registryQuery } from '../../api/engines.ts'
import { kitt, read } from '../../api/kitt.ts'
import common from '../../ui/common.module.css'
import { SaveBar } from '../../ui/SaveBar.tsx'
import { useAction } from '../../ui/useAction.ts'
import css from './engines.module.css'
import { JsonField, parseObject } from './JsonField.tsx'

/** Where an engine runs already, as the agent's host reaches it. */
const ADDRESS = '{"base_url": "http://127.0.0.1:8000"}'
/** What is said of how it is made, and not of how it runs. */
const IMAGE = '{"image": "vllm/vllm-openai:v0.11.2"}'

type Props = { profile: EngineProfile | undefined; onDone(): void }

export function ProfileForm({ profile, onDone }: Props) {
  const registry = useQuery(registryQuery()).data
  const [name, setName] = useState(profile?.name ?? '')
  const [engine, setEngine] = useState((profile?.engine ?? 'vllm') as EngineName)
  const [mode, setMode] = useState<EngineMode | null>((profile?.mode as EngineMode) ?? null)
  const [description, setDescription] = useState(profile?.description ?? '')
  const [build, setBuild] = useState(() => JSON.stringify(profile?.build_config ?? {}, null, 2))
  const [runtime, setRuntime] = useState(() => JSON.stringify(profile?.runtime_config ?? {}, null, 2))
  const [build_config, runtime_config] = [parseObject(build), parseObject(runtime)]
  const save = useAction({
    run: () => {
      if (!build_config || !runtime_config) throw new Error('Both configurations must be JSON objects.')
      const json = { name, engine, description, build_config, runtime_config, ...(mode ? { mode } : {}) }
      return profile
        ? read(kitt().api.v1.engines.profiles[':id'].$put({ param: { id: profile.id }, json }))
        : read(kitt().api.v1.engines.profiles.$post({ json }))
    },
    done: `The profile ${name} is saved.`,
    refresh: [['engines', 'profiles']],
    after: onDone,
    quiet: true,
  })
  return (
    <div className={common.fields}>
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        data-autofocus
      />
      <div className={css.row}>
        <Select
          label="Engine"
          data={Object.keys(registry ?? {})}
          value={engine}
          onChange={(value) => value && setEngine(value as EngineName)}
          allowDeselect={false}
        />
        <Select
          label="Mode"
          data={registry?.[engine]?.modes ?? []}
          value={mode}
          onChange={(value) => setMode(value as EngineMode | null)}
          placeholder={`Default: ${registry?.[engine]?.default_mode ?? ''}`}
          clearable
        />
      </div>
      <Textarea
        label="Description"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <JsonField
        label="Runtime configuration"
        value={runtime}
        onChange={setRuntime}
        valid={runtime_config !== undefined}
        {...((mode ?? registry?.[engine]?.default_mode) === 'endpoint' ? { example: ADDRESS } : {})}
      />
      <JsonField
        label="Build configuration"
        value={build}
        onChange={setBuild}
        valid={build_config !== undefined}
        example={IMAGE}
      />
      <SaveBar
        needs="save a profile"
        disabled={name.trim() === '' || !build_config || !runtime_config}
        saving={save.isPending}
        error={save.error}
        onSave={() => save.mutate()}
      />
    </div>
  )
}
