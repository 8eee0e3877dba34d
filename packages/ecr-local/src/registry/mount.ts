import type { Layer } from '../model/repository.ts'
import type { RepositoryVisit } from './visit.ts'

/**
 * The layer that `?mount=D&from=R` may reuse instead of an upload. ECR does so only if the account has enabled it, both
 * repositories use the same encryption, and a manifest in the source refers to the layer.
 */
export function mountable({
  query,
  registry,
  repository,
}: RepositoryVisit): { digest: string; layer: Layer } | undefined {
  const digest = query.get('mount')
  const source = registry.repositories.get(query.get('from') ?? '')
  if (digest === null || !source || registry.settings.accountSettings['BLOB_MOUNTING'] !== 'ENABLED') return undefined
  const layer = source.layers.get(digest)
  const [mine, theirs] = [repository.settings.encryption, source.settings.encryption]
  if (!layer || mine.encryptionType !== theirs.encryptionType || mine.kmsKey !== theirs.kmsKey) return undefined
  return source.images.isReferredTo(digest) ? { digest, layer: { ...layer } } : undefined
}
