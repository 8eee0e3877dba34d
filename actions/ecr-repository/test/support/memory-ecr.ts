import { type CreationSettings, type EcrSettings, Failure, type Repository } from '@container-actions/core'
import type { Ports } from '../../src/ports.ts'

const ACCOUNT = '123456789012'
const REGISTRY = `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`

/** A repository as AWS makes it when nothing is said. */
export const repositoryNamed = (name: string, more: Partial<Repository> = {}): Repository => ({
  name,
  uri: `${REGISTRY}/${name}`,
  registry: REGISTRY,
  arn: `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/${name}`,
  registryId: ACCOUNT,
  tagMutability: 'MUTABLE',
  exclusions: [],
  encryptionType: 'AES256',
  kmsKey: undefined,
  scanOnPush: false,
  ...more,
})

/** What AWS refuses, as core hands it on. */
export const refused = (name: string, said = 'What AWS says.'): Failure =>
  new Failure(`AWS refuses: ${name}`, { cause: Object.assign(new Error(said), { name }) })

/** A repository and what ECR keeps beside its description. */
export interface Stored {
  repository: Repository
  lifecycle?: string
  policy?: string
  tags?: Record<string, string>
}

const created = (name: string, settings: CreationSettings): Stored => ({
  repository: repositoryNamed(name, {
    ...(settings.tagMutability && { tagMutability: settings.tagMutability }),
    ...(settings.exclusions && { exclusions: settings.exclusions }),
    ...(settings.scanOnPush !== undefined && { scanOnPush: settings.scanOnPush }),
    ...(settings.encryptionType && { encryptionType: settings.encryptionType }),
    ...(settings.kmsKey && { kmsKey: settings.kmsKey }),
  }),
  tags: { ...settings.resourceTags },
})

/** A registry in memory. `before` runs with each call, which is noted first; what it throws is the call's error. */
export function memoryEcr(stored: readonly Stored[] = [], before: (call: string) => void = () => undefined) {
  const repositories = new Map(stored.map((each) => [each.repository.name, structuredClone(each)]))
  const calls: string[] = []
  const call = async (name: string, repository: string) => {
    calls.push(`${name} ${repository}`)
    before(`${name} ${repository}`)
  }
  const at = ({ name }: { name: string }): Stored => {
    const found = repositories.get(name)
    if (found === undefined) throw refused('RepositoryNotFoundException')
    return found
  }
  const settings: EcrSettings = {
    async setTagMutability(repository, tagMutability, exclusions) {
      await call('PutImageTagMutability', repository.name)
      at(repository).repository = { ...at(repository).repository, tagMutability, exclusions }
    },
    async setScanOnPush(repository, scanOnPush) {
      await call('PutImageScanningConfiguration', repository.name)
      at(repository).repository = { ...at(repository).repository, scanOnPush }
    },
    async lifecyclePolicy(repository) {
      await call('GetLifecyclePolicy', repository.name)
      return at(repository).lifecycle
    },
    async setLifecyclePolicy(repository, policy) {
      await call('PutLifecyclePolicy', repository.name)
      at(repository).lifecycle = policy
    },
    async policy(repository) {
      await call('GetRepositoryPolicy', repository.name)
      return at(repository).policy
    },
    async setPolicy(repository, policy, { force }) {
      await call(force ? 'SetRepositoryPolicy by force' : 'SetRepositoryPolicy', repository.name)
      at(repository).policy = policy
    },
    async resourceTags(repository) {
      await call('ListTagsForResource', repository.name)
      return { ...at(repository).tags }
    },
    async setResourceTags(repository, tags) {
      await call(`TagResource ${Object.keys(tags).join('+')}`, repository.name)
      at(repository).tags = { ...at(repository).tags, ...tags }
    },
  }
  const ecr: Ports['ecr'] = {
    async find(name) {
      await call('DescribeRepositories', name)
      return repositories.get(name)?.repository
    },
    async findAll(names) {
      await call('DescribeRepositories', names.join('+'))
      const found = names.map((name) => repositories.get(name)?.repository).filter((each) => each !== undefined)
      return found.length === names.length ? new Map(found.map((each) => [each.name, each])) : undefined
    },
    async create(name, given = {}) {
      await call('CreateRepository', name)
      if (repositories.has(name)) return undefined
      repositories.set(name, created(name, given))
      return at({ name }).repository
    },
  }
  const session: Ports['session'] = {
    region: 'eu-central-1',
    identity: async () => ({ account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ci` }),
  }
  return { calls, repositories, ports: { session, ecr, settings } satisfies Ports }
}
