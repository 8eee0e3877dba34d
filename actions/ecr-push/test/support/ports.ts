import type { Builder, Docker, Ecr, EngineImages, Manifest, Repository, Toolset } from '@container-actions/core'
import type { Ports } from '../../src/ports.ts'

export const REPOSITORY: Repository = {
  name: 'team/app',
  uri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/team/app',
  registry: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  arn: 'arn:aws:ecr:eu-central-1:123456789012:repository/team/app',
  registryId: '123456789012',
  tagMutability: 'MUTABLE',
  exclusions: [],
  encryptionType: 'AES256',
  kmsKey: undefined,
  scanOnPush: false,
}

export const DIGEST = `sha256:${'ab'.repeat(32)}`

/** What the builder in memory says. */
export const RESULT = { imageId: `sha256:${'1d'.repeat(32)}`, metadata: `{"containerimage.digest":"${DIGEST}"}` }

export const MANIFEST: Manifest = {
  digest: DIGEST,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  body: `{"config":{"digest":"${RESULT.imageId}"}}`,
}

const AUTHORIZATION = { username: 'AWS', password: 'pass', token: 'QVdTOnBhc3M=', expiresAt: undefined }

/** Another image of the repository. */
export const OTHER: Manifest = { ...MANIFEST, digest: `sha256:${'cd'.repeat(32)}`, body: '{"config":{}}' }

/** What a step finds where this one builds, in the engine. */
export const TOOLSETS: Readonly<Record<Builder, Toolset>> = {
  buildx: {
    client: '28.5.2',
    engine: { kind: 'engine', version: '28.5.1', store: 'containerd', platform: 'linux/amd64' },
    buildx: '0.29.1',
    selected: {
      name: 'default',
      driver: 'docker',
      buildkit: '0.25.2',
      platforms: ['linux/amd64'],
      running: true,
      problem: undefined,
    },
  },
  buildkit: {
    client: '20.10.24+dfsg1',
    engine: { kind: 'engine', version: '20.10.24+dfsg1', store: 'classic', platform: 'linux/amd64' },
    buildx: undefined,
    selected: undefined,
  },
  classic: {
    client: '28.5.2',
    engine: { kind: 'engine', version: '20.10.24+dfsg1', store: 'classic', platform: 'linux/amd64' },
    buildx: undefined,
    selected: undefined,
  },
}

/** An engine whose image store has to have an image that it pushes. */
export const CLASSIC_STORE: Toolset = {
  ...TOOLSETS.buildx,
  engine: { kind: 'engine', version: '28.5.1', store: 'classic', platform: 'linux/amd64' },
}

/** A name of a step's own, without what is different in each step. */
const plain = (name: string): string => name.replace(/^ecr-push-[0-9a-f]{12}:built$/, 'OWN')

/** The names of images in an engine, by their IDs; what changes them is noted in `calls`. */
export function memoryImages(calls: string[], named = new Map<string, string>()): EngineImages {
  const idOf = (name: string) => named.get(name) ?? [...named.values()].find((id) => id === name)
  return {
    async find(name) {
      const id = idOf(name)
      if (id === undefined) return undefined
      const its = [...named].flatMap(([each, image]) => (image === id ? [each] : []))
      const isDigest = (each: string) => each.includes('@')
      return { id, names: its.filter((each) => !isDigest(each)), digests: its.filter(isDigest) }
    },
    async tag(image, name) {
      const id = idOf(image)
      if (id !== undefined) named.set(name, id)
      calls.push(`name ${plain(image)} ${plain(name)}`)
      return id !== undefined
    },
    async remove(name) {
      if (named.delete(name)) calls.push(`remove ${plain(name)}`)
    },
    close: () => undefined,
  }
}

/**
 * A Docker and an ECR in memory that note their calls in order. A push stores the manifest under its tag; with `exists`
 * the repository is there from the start. The labels of the OCI vocabulary, which each build has, are left out.
 */
export function memoryPorts({
  exists = true,
  builder = 'buildx',
  toolset = TOOLSETS[builder],
  engineProblem,
  registryProblem,
}: {
  exists?: boolean
  builder?: Builder
  toolset?: Toolset
  /** Why the engine cannot run a builder. */
  engineProblem?: string
  /** Why the engine gets no connection to the registry. */
  registryProblem?: string
} = {}) {
  const calls: string[] = []
  const logins: unknown[] = []
  const tags = new Map<string, Manifest>()
  /** What the engine has. */
  const named = new Map<string, string>()
  const images = memoryImages(calls, named)
  /** By the digest of the image. */
  const labels = new Map<string, Record<string, string>>()
  let repository = exists ? REPOSITORY : undefined
  const docker: Docker = {
    async toolset() {
      calls.push('docker version')
      return toolset
    },
    clientProblem: () => undefined,
    podman: async () => undefined,
    async toolsetWithoutEngine() {
      calls.push('docker --version')
      return { ...toolset, engine: { kind: 'none', problem: '' } }
    },
    async client() {
      return { client: toolset.client, buildx: toolset.buildx }
    },
    async makeBuilder({ name, hostNetwork }) {
      calls.push(`make ${name.replace(/[0-9a-f]{12}$/, '…')}${hostNetwork ? ' in the host network' : ''}`)
      return engineProblem
    },
    async removeBuilder(name) {
      calls.push(`remove ${name.replace(/[0-9a-f]{12}$/, '…')}`)
    },
    async optionProblem() {
      return undefined
    },
    async build(spec, by, login) {
      const given = spec.options?.filter((option) => !option.startsWith('--label=org.opencontainers.image.')) ?? []
      const options = given.length > 0 ? ` with ${given.join(' ')}` : ''
      calls.push(`build ${plain(spec.reference)} of ${spec.context} and ${spec.dockerfile} by ${by}${options}`)
      logins.push(login)
      if (spec.output === 'engine') named.set(spec.reference, RESULT.imageId)
      if (spec.output === 'registry') tags.set(spec.reference.slice(spec.reference.lastIndexOf(':') + 1), MANIFEST)
      return RESULT
    },
    async pull(reference) {
      calls.push(`pull ${reference}`)
      if (!reference.includes('missing')) named.set(reference, RESULT.imageId)
      return reference.includes('missing') ? 'manifest unknown' : undefined
    },
    async push(reference, login) {
      calls.push(`push ${reference}`)
      logins.push(login)
      tags.set(reference.slice(reference.lastIndexOf(':') + 1), MANIFEST)
      return DIGEST
    },
  }
  const ecr: Ecr = {
    async authorization() {
      calls.push('authorization')
      return AUTHORIZATION
    },
    async find(name) {
      calls.push(`find ${name}`)
      return repository
    },
    async findAll() {
      return undefined
    },
    async create(name) {
      calls.push(`create ${name}`)
      repository = REPOSITORY
      return repository
    },
    async manifest(_, id) {
      return 'tag' in id ? tags.get(id.tag) : undefined
    },
    async manifests(_, ids) {
      const digests = new Map([...tags.values()].map((manifest) => [manifest.digest, manifest]))
      return new Map(
        ids.flatMap((id) => {
          const manifest = tags.get(id) ?? digests.get(id)
          return manifest === undefined ? [] : [[id, manifest] as const]
        }),
      )
    },
    async labels(_, { digest }) {
      calls.push(`labels ${digest.slice(7, 11)}`)
      return labels.get(digest)
    },
    async tag(_, manifest, tag, mayMove) {
      if (mayMove !== undefined && !(await mayMove())) return false
      calls.push(`tag ${tag}`)
      tags.set(tag, manifest)
      return true
    },
  }
  const daemon: Ports['daemon'] = async (timeout) => {
    if (timeout > 0) calls.push(`wait ${timeout}`)
    return { info: Promise.resolve(undefined) }
  }
  const platform: Ports['platform'] = async () => ('platform' in toolset.engine ? toolset.engine.platform : undefined)
  const unreached: Ports['unreached'] = async (reference) => {
    calls.push(`reach ${reference}`)
    return registryProblem
  }
  const session: Ports['session'] = {
    region: 'eu-central-1',
    identity: async () => ({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/ci' }),
  }
  const settings: Ports['settings'] = {
    async setScanOnPush({ name }, on) {
      calls.push(`scan ${name} ${on}`)
    },
    async setPolicy({ name }, policy) {
      calls.push(`policy ${name} ${policy}`)
    },
  }
  const registry: Ports['registry'] = async (account = '123456789012') => {
    calls.push(`registry ${account}`)
    return { ...AUTHORIZATION, registry: `${account}.dkr.ecr.eu-central-1.amazonaws.com` }
  }
  return {
    calls,
    logins,
    tags,
    named,
    labels,
    docker,
    images,
    daemon,
    platform,
    unreached,
    ecr,
    session,
    settings,
    registry,
  }
}
