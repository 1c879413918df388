import { type Json, object } from '../../lib/loose.ts'
import { shellWord } from '../../lib/shell.ts'
import { visible } from '../../lib/visible.ts'
import type { About } from './contents.ts'
import type { Repeat } from './repeat.ts'

/** One line of Markdown, of text from elsewhere. */
const plain = (value: unknown) => visible(String(value)).replace(/[`<>]/g, ' ')

/** The README of a bundle. */
export function readmeOf(about: About, document: Json, repeat: Repeat | undefined): string {
  return `${[
    `# ${plain(about.model)} on ${plain(about.engine)}${about.engine_version ? ` ${plain(about.engine_version)}` : ''}`,
    ...(document['simulated'] === true ? ['**Simulated**: no hardware was measured.'] : []),
    ...(document['provenance'] === 'imported' ? [importedWords(document)] : []),
    '## Measure the same',
    ...engineWords(document),
    ...commandWords(about, repeat),
    '## What must be the same',
    'Two results can be compared if their setups are equal. `setup.json` has all that decides it: model, engine with its arguments, hardware, load and the definitions of the metrics. `hardware_id` is the setup without the machine: it is equal on another machine of the same kind.',
    ...about.setups.map(({ hardware_id, label }) => `- \`${hardware_id}\`: ${plain(label)}`),
    'With a server, `kitt run --report` or `kitt results import` puts your result into its setup; `kitt results judge` says whether the two differ.',
    '## Files',
    FILES,
  ].join('\n\n')}\n`
}

const importedWords = (document: Json) =>
  `Measured by ${plain(object(document['tool'])['name'])} and imported: KITT's own command below measures the same load, but its numbers are of other definitions.`

function engineWords(document: Json): string[] {
  const { command, image, model } = object(document['environment'])
  const { name, digest, id } = object(image)
  const words = Array.isArray(command) ? command.map(String).map(shellWord).join(' ') : undefined
  const digestOfModel = object(model)['digest']
  return [
    '1. Start the engine as it was started:',
    ...(words ? [indented(words)] : ['   KITT did not start it: `engine.json` has what it said of itself.']),
    ...(typeof name === 'string'
      ? [`   Image: \`${plain(name)}\`, digest \`${plain(digest ?? id ?? 'unknown')}\`.`]
      : []),
    ...(typeof digestOfModel === 'string' ? [`   Model files: digest \`${plain(digestOfModel)}\`.`] : []),
  ]
}

function commandWords(about: About, repeat: Repeat | undefined): string[] {
  if (about.command === null || repeat === undefined)
    return ['2. The result does not say how it was measured, so there is no command that repeats it.']
  const prompts = repeat.prompts ? ' The prompts are in `prompts.json`.' : ''
  const seed = repeat.seed
  return [
    '2. Measure it with KITT, from this folder:',
    indented('./run.sh http://localhost:8000'),
    `   or, as one line:${prompts}`,
    indented(visible(about.command)),
    ...(seed === undefined
      ? []
      : [
          `   The prompts were drawn with the seed ${seed}: add \`--seed ${seed}\` to send the very same ones.`,
        ]),
    '   Secrets are in no result: give headers with `--header` and a key with `--api-key-env`.',
  ]
}

const indented = (line: string) => `       ${line}`

const FILES = `| file | content |
| --- | --- |
| \`bundle.json\` | this bundle for programs: command, setups, digests of image, model, prompts and files |
| \`result.json\` | the result, as \`kitt results import\` takes it |
| \`requests.jsonl\` | every request that the result keeps; times in ms |
| \`setup.json\` | what must be equal for a comparison |
| \`environment.json\` | what may differ: versions, driver, kernel |
| \`engine.json\` | how the engine was started, its image and model files |
| \`run.sh\`, \`options.json\`, \`prompts.json\` | the command and what it needs; those that the result does not have are missing |`
