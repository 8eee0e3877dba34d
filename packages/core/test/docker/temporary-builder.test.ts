import { describe, expect, test } from 'vitest'
import { makeBuilder, ownBuilderName, removeBuilder, removeLeftBuilder } from '../../src/docker/temporary-builder.ts'
import type { ExecResult } from '../../src/step/exec.ts'
import { memoryJob, scriptedExec } from '../../src/testing.ts'

/** A job whose client gives these answers, in the order of its calls. */
function jobWith(...answers: Partial<ExecResult>[]) {
  const exec = scriptedExec(answers)
  return { job: memoryJob({}, { exec }), calls: exec.calls }
}

const REMOVAL = { command: 'docker', args: ['buildx', 'rm', '--force', 'one'], options: { undoes: true } }

test.each([
  [false, []],
  [true, ['--driver-opt=network=host']],
])('a builder in the network of the host: %s', async (hostNetwork, options) => {
  const { job, calls } = jobWith({})
  expect(await makeBuilder({ name: 'one', hostNetwork }, job)).toBeUndefined()
  expect(calls.map(({ args }) => args)).toEqual([
    ['buildx', 'create', '--driver=docker-container', '--name=one', ...options, '--bootstrap'],
  ])
  expect(calls[0]?.options.env).toEqual({ GITHUB_EVENT_NAME: undefined, GITHUB_EVENT_PATH: undefined })
  expect(job.told.state).toEqual({ ownBuilder: 'one' })
})

test('a builder that cannot be made has the reason, and is removed all the same', async () => {
  const { job } = jobWith({ exitCode: 1, stderr: '#1 pulling image\nERROR: Error response from daemon: no route\n' })
  expect(await makeBuilder({ name: 'one', hostNetwork: false }, job)).toBe('Error response from daemon: no route')
  expect(job.told.state).toEqual({ ownBuilder: 'one' })
})

describe('the removal', () => {
  const NODE = [
    ['container', 'rm', '--force', 'buildx_buildkit_one0'],
    ['volume', 'rm', '--force', 'buildx_buildkit_one0_state'],
  ]
  const unknown = { exitCode: 1, stderr: 'failed to remove one: no builder "one" found\nERROR: failed\n' }

  test('leaves nothing to do for the post step', async () => {
    const { job, calls } = jobWith({})
    await removeBuilder('one', job)
    expect(calls).toEqual([REMOVAL])
    expect(job.told).toMatchObject({ state: { ownBuilder: '' }, lines: [] })
  })

  test.each<[string, Partial<ExecResult>[]]>([
    ['is not known to buildx', [{}, {}]],
    [
      'was never made',
      [
        { exitCode: 1, stderr: 'Error: No such container: buildx_buildkit_one0\n' },
        { exitCode: 1, stderr: 'Error response from daemon: get buildx_buildkit_one0_state: no such volume\n' },
      ],
    ],
  ])('of one that %s is done without buildx', async (_, answers) => {
    const { job, calls } = jobWith(unknown, ...answers)
    await removeBuilder('one', job)
    expect(calls.map(({ args }) => args)).toEqual([REMOVAL.args, ...NODE])
    expect(calls.every(({ options }) => options.undoes)).toBe(true)
    expect(job.told).toMatchObject({ state: { ownBuilder: '' }, lines: [] })
  })

  test('that fails goes on to the volume, and is a warning that says how to remove what is left', async () => {
    const { job, calls } = jobWith(unknown, { exitCode: 1, stderr: 'Cannot connect.\n' }, {})
    await removeBuilder('one', job)
    expect(calls).toHaveLength(3)
    expect(job.told.lines).toEqual([
      "warning: The builder one is left: Cannot connect. Remove it with 'docker container rm --force buildx_buildkit_one0' and 'docker volume rm buildx_buildkit_one0_state'.",
    ])
    expect(job.told.state).toEqual({})
  })
})

describe('the post step', () => {
  test('runs no command where no builder is left', async () => {
    const { job, calls } = jobWith()
    await removeLeftBuilder(job)
    expect(calls).toEqual([])
  })

  test('removes the builder of a step that was killed', async () => {
    const { job, calls } = jobWith({}, {})
    const name = ownBuilderName()
    await makeBuilder({ name, hostNetwork: false }, job)
    await removeLeftBuilder(job)
    expect(calls[1]).toEqual({ ...REMOVAL, args: ['buildx', 'rm', '--force', name] })
  })

  test.each(['default', 'one', '--all-inactive', 'ecr-push-x', 'ecr-push-0123456789ab --keep-state'])(
    'leaves a builder that no step makes, whatever the state says: %s',
    async (name) => {
      const { job, calls } = jobWith()
      job.runner.saveState('ownBuilder', name)
      await removeLeftBuilder(job)
      expect(calls).toEqual([])
      expect(job.told.lines).toEqual([
        expect.stringMatching(/^warning: .* is not a builder of this step; it is not removed\.$/),
      ])
    },
  )
})
