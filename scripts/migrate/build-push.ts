import { referencesIn, type Target, targetOf } from './image-reference.ts'
import type { Step, StepInput } from './step.ts'
import type { Change, Surroundings, Translation } from './translation.ts'

/** Inputs with the same meaning under another name. */
const RENAMED: Record<string, string> = {
  annotations: 'annotations',
  'build-args': 'build_args',
  'build-contexts': 'build_contexts',
  builder: 'builder',
  'cache-from': 'cache_from',
  'cache-to': 'cache_to',
  context: 'path',
  file: 'dockerfile',
  labels: 'labels',
  load: 'load',
  'no-cache': 'no_cache',
  platforms: 'platforms',
  provenance: 'provenance',
  pull: 'pull',
  push: 'push',
  sbom: 'sbom',
  'secret-envs': 'secret_envs',
  'secret-files': 'secret_files',
  secrets: 'secrets',
  ssh: 'ssh',
  tags: 'tags',
  target: 'target',
}

/** Inputs that are merely options of the build. */
const OPTIONS: Record<string, string> = {
  'add-hosts': '--add-host',
  allow: '--allow',
  'cgroup-parent': '--cgroup-parent',
  network: '--network',
  'no-cache-filters': '--no-cache-filter',
  'shm-size': '--shm-size',
  ulimit: '--ulimit',
}

const NO_LIST = ['cgroup-parent', 'network', 'shm-size']

const sentence = (text: string): string => `docker/build-push-action stays: ${text}`

function optionsOf(inputs: readonly StepInput[]): string | StepInput {
  const words: string[] = []
  for (const input of inputs) {
    const option = OPTIONS[input.name.toLowerCase()]
    if (option === undefined || input.value === undefined || /\$\{\{|'/.test(input.value)) return input
    const values = NO_LIST.includes(input.name.toLowerCase()) ? [input.value] : input.value.split(/[\n,]/)
    for (const value of values.map((each) => each.trim()).filter((each) => each !== '')) {
      words.push(/\s|["\\]/.test(value) ? `${option}='${value}'` : `${option}=${value}`)
    }
  }
  return words.join(' ')
}

/** The destination of the image, from the tags or from the images of docker/metadata-action. */
function destination(tags: StepInput | undefined, around: Surroundings): { target: Target; tags?: string } | string {
  if (tags === undefined) return "it has no 'tags'."
  if (tags.value === undefined) return "its 'tags' are written elsewhere, behind an alias. Write them out."
  const [, metadata] = /^\s*\$\{\{\s*steps\.([\w-]+)\.outputs\.tags\s*\}\}\s*$/.exec(tags.value) ?? []
  if (metadata !== undefined && around.actionOf(metadata) === 'docker/metadata-action') {
    const images = around.inputOf(metadata, 'images') ?? ''
    const target = targetOf(images.trim(), around)
    // ecr-push accepts the references that the other action generates as they are.
    return target ? { target } : `nothing says that ${JSON.stringify(images)} is one registry of ECR.`
  }
  const references = referencesIn(tags.value)
  const [first] = references
  if (first === undefined) return "it has no 'tags'."
  if (references.some(({ image }) => image !== first.image)) {
    return 'its tags are of more than one repository. ecr-push pushes to one; use a step for each.'
  }
  const target = targetOf(first.image, around)
  if (target === undefined) return `nothing says that ${JSON.stringify(first.image)} is a registry of ECR.`
  const separator = tags.value.includes('\n') ? '\n' : ','
  return { target, tags: references.map(({ tag }) => tag).join(separator) }
}

function contextChanges({ inputs }: Step, around: Surroundings): Change[] | Translation {
  const context = inputs.get('context')
  if (context === undefined ? !around.afterCheckout : /\{\{\s*defaultContext|^git@|:\/\//.test(context.value ?? '')) {
    return {
      left: sentence('its context is the repository, and not a checkout. Check out first, and give the folder.'),
      input: context,
    }
  }
  const folder = context?.value?.trim() ?? '.'
  // Its Dockerfile is relative to the context, ours to the workspace.
  return inputs.has('file') || /^\.?\/?$/.test(folder)
    ? []
    : [{ kind: 'add', name: 'dockerfile', value: `${folder.replace(/\/$/, '')}/Dockerfile` }]
}

/** docker/build-push-action, if it pushes to a single ECR repository. */
export function buildPush(step: Step, around: Surroundings): Translation {
  const { inputs } = step
  const push = inputs.get('push')
  if (push === undefined || push.value === 'false') return { left: sentence('it does not push.'), input: push }
  const found = destination(inputs.get('tags'), around)
  if (typeof found === 'string') return { left: sentence(found), input: inputs.get('tags') }
  const context = contextChanges(step, around)
  if (!Array.isArray(context)) return context
  const others = [...inputs.entries()].filter(([name]) => RENAMED[name] === undefined && name !== 'github-token')
  const options = optionsOf(others.map(([, input]) => input))
  if (typeof options !== 'string') {
    return { left: sentence(`its input '${options.name}' has no counterpart in ecr-push.`), input: options }
  }
  const { target, tags } = found
  const changes: Change[] = Object.entries({
    repo: target.repo,
    account_id: target.account,
    region: target.region,
  }).flatMap(([name, value]) => (value === undefined ? [] : [{ kind: 'add' as const, name, value }]))
  for (const [name, input] of inputs) {
    const to = RENAMED[name]
    if (to === undefined) changes.push({ kind: 'remove', input })
    else if (name === 'tags' && tags !== undefined) changes.push({ kind: 'value', input, to: tags })
    else if (to !== input.name) changes.push({ kind: 'rename', input, to })
  }
  if (options !== '') changes.push({ kind: 'add', name: 'extra_build_args', value: options })
  return { action: 'ecr-push', changes: [...changes, ...context] }
}
