import type { CallLog } from './call-log.ts'
import type { Faults } from './faults.ts'
import type { Hosts } from './hosts.ts'
import type { Identities } from './identity/identities.ts'
import type { Sessions } from './identity/sessions.ts'
import type { Tokens } from './identity/tokens.ts'
import type { Registries } from './model/registries.ts'
import type { Settings } from './settings.ts'
import type { Blobs } from './store/blobs.ts'
import type { Downloads } from './store/downloads.ts'
import type { Uploads } from './store/uploads.ts'

/** State shared by the API and the registry. */
export interface Ecr {
  readonly settings: Settings
  readonly log: CallLog
  readonly faults: Faults
  readonly identities: Identities
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly registries: Registries
  readonly blobs: Blobs
  readonly uploads: Uploads
  readonly downloads: Downloads
  readonly hosts: Hosts
}
