/**
 * Runs the job that this project is made for on this machine, without an AWS account: waits for a Docker daemon that
 * starts late, determines the branch, creates the repository in a local ECR, builds an image, pushes it under two tags,
 * and pulls it back by digest. `npm run demo -- --help` lists the options.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { engineBinaries, NoEngine } from '../packages/docker-engine/src/binaries.ts'
import { runningEngine } from '../packages/docker-engine/src/find.ts'
import { type Engine, launchEngine, type StartingEngine } from '../packages/docker-engine/src/index.ts'
import { startEcrLocal } from '../packages/ecr-local/src/index.ts'
import { createJob, type Job, type Step, type StepOptions } from '../packages/runner-harness/src/index.ts'
import { pullBack } from './demo/pull.ts'

const HELP = `npm run demo [-- OPTIONS]

  --json   the last line, and the only one on stdout, is {"repository_uri","digest","tags","image"} as JSON
  --hold   keep engine and registry up after the job, until Ctrl-C, to look at them with docker or skopeo
  --help   this text`

/** Delay of the daemon's start, so that there is something to wait for, in milliseconds. */
const LATE = 3_000

/** As in the workflow: the sources to build, and the push event. */
const SHA = '1f7c2a9be07d4f7f6a0f2f3c5d1b8e6a9c0d4e21'
const BRANCH = 'master'
const APP = {
  'docker/Dockerfile': 'FROM scratch\nCOPY greeting.txt /greeting.txt\nLABEL org.opencontainers.image.title=demo\n',
  'greeting.txt': 'Hello from an image that was built without any network.\n',
}

const { values: options } = parseArgs({
  options: { json: { type: 'boolean' }, hold: { type: 'boolean' }, help: { type: 'boolean' } },
})

const say = (line = ''): void => void (options.json ? process.stderr : process.stdout).write(`${line}\n`)

/**
 * The engine to use: one that is already running, otherwise a private one that starts late; installed first if
 * necessary.
 */
async function engineOfThisMachine(): Promise<Engine | StartingEngine> {
  const running = await runningEngine()
  if (running !== undefined) {
    say(
      `A Docker Engine answers at ${running.host} (${running.version}); the demo uses it, so there is little to wait for.`,
    )
    return running
  }
  try {
    engineBinaries('installed')
  } catch (error) {
    if (!(error instanceof NoEngine)) throw error
    installEngine(error)
  }
  say(`No Docker Engine answers. One of the demo's own starts in ${LATE / 1_000} seconds, late on purpose.`)
  return launchEngine({ kind: 'installed', delayMs: LATE })
}

function installEngine(missing: NoEngine): void {
  if (process.getuid?.() !== 0) throw missing
  say('There is no Docker Engine on this machine. Installing one; it stays when the demo is over.')
  const { status } = spawnSync('sh', ['scripts/install/engine.sh'], { stdio: ['ignore', 2, 2] })
  if (status !== 0) throw missing
}

async function step(job: Job, title: string, action: string, given: StepOptions = {}): Promise<Step> {
  say(`\n▶ ${title}  (uses: org/actions/${action}@v1)`)
  const done = await job.run(action, given)
  for (const line of done.log.split('\n')) {
    if (/^(?:##\[group\]Run |with:|env:| {2}\w+: |##\[endgroup\]|::)/.test(line) || line === '') continue
    say(`  ${line.replace(/^##\[group\]/, '— ').replace(/^##\[/, '[')}`)
  }
  say(done.conclusion === 'success' ? `✔ done in ${(done.durationMs / 1_000).toFixed(1)} s` : `✘ ${done.conclusion}`)
  if (done.conclusion !== 'success') throw new Error(`The step '${title}' failed.`)
  return done
}

async function demo(stopped: AbortSignal): Promise<void> {
  await using engine = await engineOfThisMachine()
  await using ecr = await startEcrLocal()
  say(`An Amazon ECR of the demo's own listens at ${ecr.endpoint}.`)
  await using job = await createJob({
    machine: { ...engine.env, ...ecr.environment },
    repository: 'octo-org/demo',
    ref: `refs/heads/${BRANCH}`,
    sha: SHA,
    workspace: APP,
  })

  const signal = stopped
  await step(job, 'Wait for the Docker daemon', 'docker-ready', { signal })
  const branch = await step(job, 'Get branch name', 'branch-name', { signal })
  const pushed = await step(job, 'Build and push docker image to AWS ECR', 'ecr-push', {
    signal,
    with: {
      account_id: ecr.account,
      region: ecr.region,
      repo: `demo/${branch.outputs['current_branch']}`,
      tags: `latest,${SHA}`,
      create_repo: true,
      dockerfile: './docker/Dockerfile',
      path: '.',
    },
  })
  for (const post of await job.post())
    if (post.conclusion !== 'success') throw new Error(`The post step of ${post.action} failed.`)

  const { repository_uri, digest, tags, image_digest_ref: image = '' } = pushed.outputs
  say('\n▶ Pull the image back by its digest, with a login of its own')
  await pullBack(image, ecr, engine.env)
  say(`✔ ${image}`)
  if (options.json)
    process.stdout.write(`${JSON.stringify({ repository_uri, digest, tags: tags?.split(','), image })}\n`)
  if (options.hold) {
    const variables = { ...ecr.environment, DOCKER_HOST: engine.host }
    say('\nEngine and registry stay up until Ctrl-C. To use them from another terminal:')
    for (const [name, value] of Object.entries(variables)) say(`  export ${name}=${value}`)
    if (!stopped.aborted) await once(stopped, 'abort')
  }
}

if (options.help) {
  console.log(HELP)
} else {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  try {
    await demo(stop.signal)
  } catch (error) {
    say(
      `\n${error instanceof NoEngine || stop.signal.aborted ? String((error as Error).message) : (error as Error).stack}`,
    )
    process.exitCode = 1
  }
}
