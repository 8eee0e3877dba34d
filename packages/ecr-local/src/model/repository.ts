import type { Journaled } from '../store/journals.ts'
import type { Image } from './image.ts'
import { ImageSet } from './image-set.ts'
import { Tags } from './tags.ts'
import { TrackedMap } from './tracked-map.ts'

/** ECR's tag mutabilities; the filters of the last two name the exempt tags. */
export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION'

export interface ExclusionFilter {
  readonly filterType: 'WILDCARD'
  readonly filter: string
}

export interface Encryption {
  readonly encryptionType: string
  readonly kmsKey?: string
}

/** All settings of a repository; only the encryption cannot be changed after creation. */
export interface RepositorySettings {
  imageTagMutability: TagMutability
  exclusionFilters: ExclusionFilter[]
  scanOnPush: boolean
  encryption: Encryption
  resourceTags: Record<string, string>
  repositoryPolicy?: string
  lifecyclePolicy?: string
  /** For a public repository. */
  catalogData?: CatalogData
}

/** Content shown in the gallery of ECR Public. */
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
  readonly mediaType?: string
}

/** The immutable part and the settings. */
interface Head extends RepositorySettings {
  readonly name: string
  readonly createdAt: number
}

/** Changes to the rest; `null` for deleted items. */
interface Changes {
  readonly layers?: Readonly<Record<string, Layer | null>>
  readonly images?: Readonly<Record<string, Image | null>>
  readonly tags?: Readonly<Record<string, string | null>>
}

/** A line of a repository's journal. The first one has a head; later ones have it if the settings changed. */
export type RepositoryRecord = Changes & (Head | { readonly name?: undefined })

/** Number of layers, images or tags in a line of a snapshot. */
const LINE = 50

/** One repository in memory. */
export class Repository implements Journaled {
  readonly name: string
  readonly createdAt: number
  settings: RepositorySettings
  readonly layers = new TrackedMap<Layer>()
  readonly images = new ImageSet()
  readonly tags = new Tags()
  /** The head as last written to the journal. */
  #head = ''

  constructor(record: Changes & Head) {
    this.name = record.name
    this.createdAt = record.createdAt
    this.settings = settingsIn(record)
    this.replay(record)
  }

  replay(record: RepositoryRecord): void {
    if (record.name !== undefined) this.settings = settingsIn(record)
    this.layers.replay(record.layers)
    this.images.replay(record.images)
    this.tags.replay(record.tags)
  }

  changes(): RepositoryRecord | undefined {
    const head = this.#changedHead()
    const [layers, images, tags] = [this.layers.takeChanges(), this.images.takeChanges(), this.tags.takeChanges()]
    if ((head ?? layers ?? images ?? tags) === undefined) return undefined
    const changes: Changes = { ...(layers && { layers }), ...(images && { images }), ...(tags && { tags }) }
    return head === undefined ? changes : { ...head, ...changes }
  }

  snapshot(): Iterable<RepositoryRecord> {
    this.changes()
    const { name, createdAt, settings } = this
    return linesOf({ name, createdAt, ...settings }, [...this.layers], [...this.images], [...this.tags])
  }

  /** In the order in which they were assigned. */
  tagsOf(digest: string): string[] {
    return this.tags.of(digest)
  }

  /** The indexes that list an image. */
  parentsOf(digest: string): Image[] {
    return this.images.referringTo(digest).filter(({ isIndex }) => isIndex)
  }

  referrersOf(digest: string): Image[] {
    return this.images.about(digest)
  }

  #changedHead(): Head | undefined {
    const { name, createdAt, settings } = this
    const head = { name, createdAt, ...settings }
    const text = JSON.stringify(head)
    if (text === this.#head) return undefined
    this.#head = text
    return head
  }
}

function settingsIn(record: Changes & Head): RepositorySettings {
  const { name: _, createdAt: __, layers: ___, images: ____, tags: _____, ...settings } = record
  return settings
}

function* linesOf(
  head: Head,
  layers: readonly (readonly [string, Layer])[],
  images: readonly (readonly [string, Image])[],
  tags: readonly (readonly [string, string])[],
): Iterable<RepositoryRecord> {
  yield head
  for (const some of groups(layers)) yield { layers: Object.fromEntries(some) }
  for (const some of groups(images)) yield { images: Object.fromEntries(some) }
  for (const some of groups(tags)) yield { tags: Object.fromEntries(some) }
}

function* groups<Item>(all: readonly Item[]): Iterable<readonly Item[]> {
  for (let start = 0; start < all.length; start += LINE) yield all.slice(start, start + LINE)
}
