import { expect } from 'vitest'
import { digestOf } from '../../../../packages/stand-ins/src/ecr-client.ts'
import { builds, type Case, count, errorOf, labelsOf, REPO, SHA, succeeds, type With } from './ecr-push-case.ts'

/** A case that pushes, and whose image then has these labels. */
const labelled = (given: With, labels: Readonly<Record<string, string>>): Case => ({
  with: given,
  check: async (step, target) => {
    succeeds(step)
    expect(await labelsOf(target)).toMatchObject(labels)
  },
})

/** The inputs about tags and build, and the output. */
export const BUILD_CASES: Readonly<Record<string, Case>> = {
  'tags: by default latest and the commit': {
    with: {},
    check: async (step, target) => {
      succeeds(step)
      expect(await digestOf(target, REPO, 'latest')).toBe(await digestOf(target, REPO, SHA))
    },
  },
  'tags: several, by commas': {
    with: { tags: '1.2, 1' },
    check: async (step, target) => {
      succeeds(step)
      expect(await digestOf(target, REPO, '1')).toBe(step.outputs['digest'])
      expect(await digestOf(target, REPO, '1.2')).toBe(step.outputs['digest'])
      expect(await digestOf(target, REPO, 'latest')).toBeUndefined()
    },
  },
  'image: was never set': {
    with: { tags: 'latest,1.2' },
    check: (step, { registry }) => {
      succeeds(step)
      expect(step.outputs['image']).toBe(`${registry}/${REPO}:1.2`)
    },
  },
  'dockerfile: from the workspace': labelled({ dockerfile: 'docker/Dockerfile' }, { from: 'docker' }),
  'path: the context, with the Dockerfile from the workspace': labelled({ path: 'sub' }, { who: 'nobody' }),
  'extra_build_args: values with spaces broke': labelled(
    { extra_build_args: `--build-arg "who=you and me" --label='cost=$(id);*'` },
    { who: 'you and me', cost: '$(id);*' },
  ),
  'extra_build_args: line ends broke': labelled(
    { extra_build_args: '--build-arg who=me\n--label a=b \\\n  --label c=d\n' },
    { who: 'me', a: 'b', c: 'd' },
  ),
  'cache_from: one that is missing failed the first run': {
    with: ({ registry }) => ({ cache_from: `${registry}/${REPO}:latest,${registry}/${REPO}:other` }),
    check: async (step, target) => {
      succeeds(step)
      const given = [...new Set(step.argv.flat())].filter((argument) => argument.startsWith('--cache-from='))
      expect(given).toHaveLength(2)
      expect(await labelsOf(target)).toMatchObject({ who: 'nobody' })
    },
  },
  'prebuild_script: on the runner, with its arguments': labelled(
    { prebuild_script: './prepare.sh "a b" c', dockerfile: 'Dockerfile.made' },
    { args: 'a b/c' },
  ),
  'prebuild_script: its exit status': {
    with: { prebuild_script: 'fail.sh' },
    check: (step, target) => {
      expect(errorOf(step)).toBe(
        'The prebuild_script "fail.sh" ended with exit status 3: no licence. Already done: created repository app.',
      )
      expect(builds(step)).toBe(false)
      expect(count(target, 'PutImage')).toBe(0)
    },
  },
}
