import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes 40 s and more, of each kind the longest first. */
const LONGEST =
  /(contract|property|accessibility|added|result-work|setups-pages|rolling-upgrade|remote-broken|journey|wire|sign-in|live-cache)\.test\.ts$/

/** Starts the longest tests of each project first: begun last, one would run alone in the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const ofProject = (name: string) => sorted.filter(({ project }) => project.name === name)
    // Those of one project follow each other: they share their processes.
    return [...new Set(sorted.map(({ project }) => project.name))].flatMap((name) => [
      ...ofProject(name).filter(({ moduleId }) => LONGEST.test(moduleId)),
      ...ofProject(name).filter(({ moduleId }) => !LONGEST.test(moduleId)),
    ])
  }
}
