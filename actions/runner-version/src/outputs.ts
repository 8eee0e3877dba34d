/** Outputs, named as in action.yml. */
export type Outputs = {
  readonly installed: string
  readonly latest: string
  readonly latest_published_at: string
  readonly deadline: string
  readonly days_left: string
  readonly behind: string
  readonly status: string
  readonly update_needed: boolean
  readonly asset_name: string
  readonly asset_url: string
  readonly sha256: string
}
