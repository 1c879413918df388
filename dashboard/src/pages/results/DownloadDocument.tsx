import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { kitt } from '../../api/kitt.ts'
import { saveFile } from '../../lib/save-file.ts'
import { useAction } from '../../ui/useAction.ts'

/** Saves the unchanged document of a result. */
export function DownloadDocument({ id }: { id: string }) {
  const download = useAction({
    run: async () => {
      const answer = await kitt().api.v1.results[':id'].$get({ param: { id } })
      saveFile(await answer.blob(), `result-${id}.json`)
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
