import type { ScanAnswer } from './scan.ts'

/** A pushed manifest. Its bytes are in the blob store. */
export interface Image {
  readonly digest: string
  readonly mediaType: string
  /** Size of the manifest itself in bytes. */
  readonly manifestSize: number
  /** Artifact type, otherwise the config's media type. */
  readonly artifactType: string | undefined
  readonly annotations: Record<string, string> | undefined
  readonly isIndex: boolean
  /** Size of the config and layers in bytes; for an index, that of the largest child. */
  readonly size: number
  /** Digests of config and layers, or of an index's children. */
  readonly references: readonly string[]
  /** The image that this one describes. */
  readonly subject: string | undefined
  /** Milliseconds since 1970. */
  readonly pushedAt: number
  readonly lastPulledAt: number | undefined
  readonly scan: ImageScan | undefined
}

/** A scan that was requested by a push or by a call. */
export interface ImageScan {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Results of DescribeImageScanFindings, one per call; the last one is repeated. */
  readonly answers: readonly ScanAnswer[]
}
