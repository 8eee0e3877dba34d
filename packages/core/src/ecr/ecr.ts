import type { Authorization } from './authorization.ts'
import type { CreationSettings, Repository } from './repository.ts'

export type { CreationSettings, Repository } from './repository.ts'

export interface Manifest {
  readonly digest: string
  readonly mediaType: string
  /** The bytes of the manifest, as text. */
  readonly body: string
}

/** Labels of an image, by name. */
export type Labels = Readonly<Record<string, string>>

/** The ECR operations that the actions use, for the repositories of one registry. */
export interface Ecr {
  authorization(): Promise<Authorization>
  /** `undefined` only if ECR reports that the repository does not exist; a denied call is a `Failure`. */
  find(name: string): Promise<Repository | undefined>
  /** Up to 100 repositories by name, in one call; `undefined` if at least one of them is missing. */
  findAll(names: readonly string[]): Promise<ReadonlyMap<string, Repository> | undefined>
  /** `undefined` if another job was faster. */
  create(name: string, settings?: CreationSettings): Promise<Repository | undefined>
  /**
   * The unchanged manifest of a tag or digest; `undefined` if there is none.
   *
   * @throws {Failure} also for an existing image that ECR does not return
   */
  manifest(repository: Repository, id: { tag: string } | { digest: string }): Promise<Manifest | undefined>
  /** The same for any number of tags and digests, keyed by those that exist; one call for each hundred. */
  manifests(repository: Repository, ids: readonly string[]): Promise<ReadonlyMap<string, Manifest>>
  /**
   * The labels of an image; for an index, those of its first image that is not an attestation; `undefined` if it is not
   * an image.
   *
   * @throws {Failure} also if the storage behind ECR cannot be reached
   */
  labels(repository: Repository, manifest: Manifest): Promise<Labels | undefined>
  /**
   * Points `tag` at a manifest that already exists in the repository.
   *
   * @param mayMove called just before the tag is written, and again before a much later attempt
   * @returns false if `mayMove` returned false
   */
  tag(repository: Repository, manifest: Manifest, tag: string, mayMove?: () => Promise<boolean>): Promise<boolean>
}

/** All types that ECR stores, so that it never converts a manifest, which would change its digest. */
export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
