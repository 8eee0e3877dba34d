import { CreateRepositoryCommand } from '@aws-sdk/client-ecr'
import { expect, it } from 'vitest'
import { useEngine } from '../../packages/docker-engine/src/suite.ts'
import { startEcrLocal } from '../../packages/ecr-local/src/index.ts'
import { REPOSITORY } from '../../packages/runner-harness/src/action.ts'
import { createJob } from '../../packages/runner-harness/src/index.ts'
import type { With } from '../../packages/runner-harness/src/inputs.ts'
import { fakeGitHub } from '../../packages/stand-ins/src/github-api.ts'
import { actionNames, manifestOf } from '../support/contract/contract.ts'
import { clientOf } from '../support/ecr-repository.ts'

const names = actionNames(REPOSITORY).filter((name) => manifestOf(REPOSITORY, name).runs.using !== 'composite')
const engine = useEngine('bookworm')

const SHA256 = 'c'.repeat(64)
const RELEASE = {
  ...{ tag_name: 'v2.333.0', published_at: '2026-01-01T00:00:00Z', draft: false, prerelease: false, assets: [] },
  body: `<!-- BEGIN SHA linux-x64 -->${SHA256}<!-- END SHA linux-x64 -->`,
}

/** Without what is another one in each run: folders, ports, times and random ids. */
const lasting = (text: string, root: string): string =>
  text
    .replaceAll(root, 'ROOT')
    .replaceAll(/(ecr-login|ecr-push|docker-build)-\w+/g, 'FOLDER')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/\b\d+(\.\d+)? ?(ms|s)\b/g, 'TIME')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'DATE')
    .replaceAll(/sha256:[0-9a-f]{64}/g, 'DIGEST')

/** The log without the inputs that the runner shows first, and without what Docker tells of steps and layers. */
const ownLog = (log: string): string =>
  log.slice(log.indexOf('##[endgroup]')).replaceAll(/^(#\d+ .*\n\n?|[0-9a-f]{12}: .*\n)/gm, '')

/** What an action does and says, on an ECR and a GitHub of its own. */
async function whatIsSeen(name: string, given: With) {
  await using ecr = await startEcrLocal()
  await using github = await fakeGitHub(() => ({ body: [RELEASE] }))
  await clientOf(ecr).send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  const before = ecr.calls.length
  await using job = await createJob({
    machine: { ...engine().env, ...ecr.environment },
    workspace: { Dockerfile: 'FROM scratch\nCOPY app /app\n', app: 'an app' },
    apiUrl: github.url,
  })
  const step = await job.run(name, { with: given })
  const calls = ecr.calls.slice(before).filter(({ service }) => service !== 'registry')
  // The layer has the time of a file, and so another size when it is compressed.
  const { waited_ms: _, size_bytes: __, ...outputs } = step.outputs
  return {
    conclusion: step.conclusion,
    outputs: JSON.parse(lasting(JSON.stringify(outputs), job.folders.root)),
    log: lasting(ownLog(step.log), job.folders.root).split('\n'),
    // Those of the API, some of which run side by side; docker asks the registry what it does not know yet.
    calls: [...calls.map(({ operation }) => operation).sort(), ...github.calls],
  }
}

it.each(names)('%s takes each of its inputs that is empty as one that is left out', async (name) => {
  const inputs = Object.entries(manifestOf(REPOSITORY, name).inputs ?? {})
  const required = Object.fromEntries(inputs.filter(([, { required }]) => required).map(([input]) => [input, 'app']))
  const empty = Object.fromEntries(inputs.map(([input]) => [input, '']))
  const [without, with_] = await Promise.all([whatIsSeen(name, required), whatIsSeen(name, { ...empty, ...required })])
  expect(with_).toEqual(without)
  expect(Object.keys(without.outputs).length, without.log.join('\n')).toBeGreaterThan(0)
})
