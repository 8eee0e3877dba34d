import type { ScanAnswer } from './scan.ts'

/** A tag mutability of ECR; the filters of the last two name the tags that behave the other way. */
export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION'

export interface ExclusionFilter {
  readonly filterType: 'WILDCARD'
  readonly filter: string
}

export interface Encryption {
  readonly encryptionType: string
  readonly kmsKey?: string
}

/** Everything of a repository that can be chosen; only the encryption stays as it was at creation. */
export interface RepositorySettings {
  imageTagMutability: TagMutability
  exclusionFilters: ExclusionFilter[]
  scanOnPush: boolean
  encryption: Encryption
  resourceTags: Record<string, string>
  repositoryPolicy?: string
  lifecyclePolicy?: string
  /** Of a public repository. */
  catalogData?: CatalogData
}

/** What the gallery of ECR Public shows. */
export interface CatalogData {
  readonly description?: string
  readonly architectures?: readonly string[]
  readonly operatingSystems?: readonly string[]
  readonly aboutText?: string
  readonly usageText?: string
}

export interface Layer {
  readonly size: number
  /** Known once a manifest lists the layer. */
  mediaType?: string
}

/** A manifest that was pushed. Its bytes are in the blob store. */
export interface Image {
  readonly digest: string
  readonly mediaType: string
  /** Bytes of the manifest itself. */
  readonly manifestSize: number
  /** Artifact type, or else the config's media type. */
  readonly artifactType: string | undefined
  readonly annotations: Record<string, string> | undefined
  readonly isIndex: boolean
  /** Bytes of the config and layers; for an index the largest child. */
  readonly size: number
  /** Digests of config and layers, or of an index's children. */
  readonly references: readonly string[]
  /** The image that this one says something about. */
  readonly subject: string | undefined
  /** Milliseconds since 1970. */
  readonly pushedAt: number
  lastPulledAt: number | undefined
  scan: ImageScan | undefined
}

/** A scan that was asked for, by a push or by a call. */
export interface ImageScan {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** What DescribeImageScanFindings says, one call after the other; the last stays. */
  answers: ScanAnswer[]
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

  /** The indexes that list an image. */
  parentsOf(digest: string): Image[] {
    return [...this.images.values()].filter(({ isIndex, references }) => isIndex && references.includes(digest))
  }

  referrersOf(digest: string): Image[] {
    return [...this.images.values()].filter(({ subject }) => subject === digest)
  }
}
