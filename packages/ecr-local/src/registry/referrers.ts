import { OCI_INDEX } from '../model/manifest.ts'
import { isDigest } from '../store/blobs.ts'
import { RegistryError } from './registry-error.ts'
import { type RepositoryVisit, sendJson } from './visit.ts'

/**
 * An index of the referrers of an image:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */
export function listReferrers(visit: RepositoryVisit): void {
  const { query, repository, route } = visit
  if (!isDigest(route.reference))
    throw new RegistryError(400, 'DIGEST_INVALID', `'${route.reference}' is not a sha256 digest.`)
  const wanted = query.get('artifactType')
  const manifests = repository
    .referrersOf(route.reference)
    .filter(({ artifactType }) => wanted === null || artifactType === wanted)
    .map(({ digest, mediaType, artifactType, manifestSize, annotations }) => ({
      mediaType,
      digest,
      size: manifestSize,
      artifactType,
      annotations,
    }))
  const filtered = wanted === null ? {} : { 'oci-filters-applied': 'artifactType' }
  sendJson(visit, { schemaVersion: 2, mediaType: OCI_INDEX, manifests }, { ...filtered, 'content-type': OCI_INDEX })
}
