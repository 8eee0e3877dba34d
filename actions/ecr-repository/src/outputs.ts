/**
 * Outputs, named as in action.yml. Per-repository outputs have one line for each repository, in the order of `repo`.
 */
export type Outputs = {
  readonly repository_uri: string
  readonly repository_arn: string
  readonly repository_name: string
  readonly registry: string
  readonly registry_id: string
  readonly region: string
  readonly created: boolean
  readonly changed: boolean
  readonly drift: string
  readonly image_tag_mutability: string
  readonly encryption_type: string
}
