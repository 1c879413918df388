import { Autocomplete } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { localModelsQuery } from '../../api/models.ts'
import { formatGb } from '../../lib/format.ts'

type Props = { value: string; onChange(value: string): void }

export function ModelField({ value, onChange }: Props) {
  const { data } = useQuery(localModelsQuery())
  const models = new Map((data?.items ?? []).map((model) => [model.path, model]))
  return (
    <Autocomplete
      label="Model"
      description="One of the models on disk, or any path, repository id or registry tag."
      placeholder="Qwen/Qwen2.5-7B-Instruct"
      size="sm"
      data={[...models.keys()]}
      value={value}
      onChange={onChange}
      limit={50}
      maxDropdownHeight={280}
      renderOption={({ option }) => {
        const model = models.get(option.value)
        return (
          <span>
            {model?.name ?? option.value}
            {model && ` · ${formatGb(model.size_gb)} · ${model.formats.join(', ')}`}
          </span>
        )
      }}
      required
    />
  )
}
