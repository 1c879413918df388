import { withUnit } from '../../lib/format.ts'
import { asList, asNumber, asObject, asText } from '../../lib/loose.ts'
import type { ResultView } from '../../lib/result.ts'
import { Facts } from '../../ui/Facts.tsx'
import { Panel } from '../../ui/Panel.tsx'

const seconds = (value: unknown) => {
  const known = asNumber(value)
  return known === undefined ? undefined : withUnit(known.toFixed(1), 's')
}

/** The environment of the engine, if the result contains it. */
export function EngineFacts({ result }: { result: ResultView }) {
  const environment = asObject(result.document['environment'])
  const image = asObject(environment['image'])
  const model = asObject(environment['model'])
  const times = asObject(environment['load_times'])
  const prefix = environment['prefix_cache']
  const command = asList(environment['command']).map(String).join(' ')
  if (Object.keys(environment).length === 0) return null
  return (
    <Panel title="Engine">
      <Facts
        facts={[
          ['Mode', asText(environment['mode'])],
          ['Version', asText(environment['version'])],
          ['Quantisation', asText(environment['quantization'])],
          ['Model digest', asText(model['digest'])],
          ['Image', asText(image['name'])],
          ['Image digest', asText(image['digest']) ?? asText(image['id'])],
          ['Prefix caching', typeof prefix === 'boolean' ? (prefix ? 'on' : 'off') : undefined],
          ['Image pulled in', seconds(times['pull_s'])],
          ['Ready after', seconds(times['ready_s'])],
          ['First response after', seconds(times['first_answer_s'])],
          ['Command', command === '' ? undefined : <code key="command">{command}</code>],
        ]}
      />
    </Panel>
  )
}
