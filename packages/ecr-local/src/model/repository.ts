/** A tag mutability of ECR; the filters of the last two name the tags that behave the other way. */
export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION'

export interface ExclusionFilter {
  readonly filterType: 'WILDCARD'
  readonly filter: string
}

/** What can be chosen when a repository is created. */
export interface RepositorySettings {
  imageTagMutability: TagMutability
  exclusionFilters: ExclusionFilter[]
  scanOnPush: boolean
  encryption: { encryptionType: string; kmsKey?: string }
  resourceTags: Record<string, string>
}

export interface Layer {
  readonly size: number
}

/** A manifest that was pushed. Its bytes are in the blob store. */
export interface Image {
  readonly digest: string
  readonly mediaType: string
  /** Config media type or artifact type. */
  readonly artifactMediaType: string | undefined
  /** Bytes of the config and layers; for an index the largest child. */
  readonly size: number
  /** Digests of config and layers, or of an index's children. */
  readonly references: readonly string[]
  readonly subject: string | undefined
  /** Milliseconds since 1970. */
  readonly pushedAt: number
  lastPulledAt: number | undefined
}

/** The state of one repository as it lies on disk. */
export interface RepositoryRecord extends RepositorySettings {
  readonly name: string
  readonly createdAt: number
  layers: Record<string, Layer>
  images: Record<string, Image>
  tags: Record<string, string>
}

/** One repository in memory. */
export class Repository {
  readonly name: string
  readonly createdAt: number
  readonly settings: RepositorySettings
  readonly layers: Map<string, Layer>
  readonly images: Map<string, Image>
  /** Tag → digest. */
  readonly tags: Map<string, string>

  constructor(record: RepositoryRecord) {
    const { name, createdAt, layers, images, tags, ...settings } = record
    this.name = name
    this.createdAt = createdAt
    this.settings = settings
    this.layers = new Map(Object.entries(layers))
    this.images = new Map(Object.entries(images))
    this.tags = new Map(Object.entries(tags))
  }

  toJSON(): RepositoryRecord {
    return {
      name: this.name,
      createdAt: this.createdAt,
      ...this.settings,
      layers: Object.fromEntries(this.layers),
      images: Object.fromEntries(this.images),
      tags: Object.fromEntries(this.tags),
    }
  }

  tagsOf(digest: string): string[] {
    return [...this.tags].filter(([, target]) => target === digest).map(([tag]) => tag)
  }
}
