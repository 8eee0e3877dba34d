import type { ScanAnswer } from './scan.ts'

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
  readonly lastPulledAt: number | undefined
  readonly scan: ImageScan | undefined
}

/** A scan that was asked for, by a push or by a call. */
export interface ImageScan {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** What DescribeImageScanFindings says, one call after the other; the last stays. */
  readonly answers: readonly ScanAnswer[]
}
