import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { kitt } from '../../api/kitt.ts'
import { useAction } from '../../ui/useAction.ts'

/** Saves the unchanged document of a result. */
export function DownloadDocument({ id }: { id: string }) {
  const download = useAction({
    run: async () => {
      const answer = await kitt().api.v1.results[':id'].$get({ param: { id } })
      save(await answer.blob(), `result-${id}.json`)
    },
  })
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      loading={download.isPending}
      onClick={() => download.mutate()}
    >
      Download JSON
    </Button>
  )
}

function save(blob: Blob, name: string) {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
