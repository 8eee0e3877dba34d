/** Named as in action.yml. */
export type Outputs = {
  readonly image: string
  readonly images: string
  readonly tags: string
  readonly tag: string
  readonly digest: string
  readonly image_digest_ref: string
  readonly imageid: string
  readonly metadata: string
  readonly size_bytes: number | ''
  readonly repository: string
  readonly repository_uri: string
  readonly registry: string
  readonly registry_id: string
  readonly pushed: boolean
  readonly skipped: boolean
  readonly reason: string
}
