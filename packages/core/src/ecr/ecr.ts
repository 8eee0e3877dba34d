import type { Authorization } from './authorization.ts'
import type { CreationSettings, Repository } from './repository.ts'

export type { CreationSettings, Repository } from './repository.ts'

export interface Manifest {
  readonly digest: string
  readonly mediaType: string
  /** The manifest's own bytes, as text. */
  readonly body: string
}

/** Labels of an image, by name. */
export type Labels = Readonly<Record<string, string>>

/** The part of ECR that the actions use, for the repositories of one registry. */
export interface Ecr {
  authorization(): Promise<Authorization>
  /** `undefined` only where ECR says that there is no such repository; a denied call is a `Failure`. */
  find(name: string): Promise<Repository | undefined>
  /** All of at most 100 repositories by their names, in one call; `undefined` where at least one of them is missing. */
  findAll(names: readonly string[]): Promise<ReadonlyMap<string, Repository> | undefined>
  /** `undefined` where another job was faster. */
  create(name: string, settings?: CreationSettings): Promise<Repository | undefined>
  /**
   * The manifest behind a tag or digest, unchanged; `undefined` where there is none.
   *
   * @throws {Failure} also for an image that is there and that ECR does not give out
   */
  manifest(repository: Repository, id: { tag: string } | { digest: string }): Promise<Manifest | undefined>
  /** The same for any number of tags and digests, by those that are there; one call for each hundred. */
  manifests(repository: Repository, ids: readonly string[]): Promise<ReadonlyMap<string, Manifest>>
  /**
   * The labels of an image, for an index of its first one that is no attestation; `undefined` for what is no image.
   *
   * @throws {Failure} also where the storage behind ECR cannot be reached
   */
  labels(repository: Repository, manifest: Manifest): Promise<Labels | undefined>
  /**
   * Points `tag` at a manifest that the repository holds already.
   *
   * @param mayMove asked right before it is written, and again before an attempt that comes much later
   * @returns false where `mayMove` forbade it
   */
  tag(repository: Repository, manifest: Manifest, tag: string, mayMove?: () => Promise<boolean>): Promise<boolean>
}

/** Every type that ECR stores, so that it never converts a manifest, which would change its digest. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
