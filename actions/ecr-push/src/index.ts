import {
  awsSession,
  daemonJob,
  dockerOf,
  ecrOf,
  ecrSettingsOf,
  engineImages,
  leftDaemonJob,
  registryAuthorization,
  registryManifests,
  removeLeftBuilder,
  removeLeftFolders,
  runAction,
  unreachedByEngine,
  withBuildxFolder,
  withThrottleRetry,
} from '@container-actions/core'
import { removeLeftNames } from './builder/engine-names.ts'
import { enginePlatform, requireDaemon } from './daemon.ts'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'
import type { Ports } from './ports.ts'
import { withLoginFallback } from './push/session-fallback.ts'

await runAction({
  systems: ['linux'],
  readInputs,
  main: (inputs, given) => {
    const daemon = daemonJob(inputs.retagFrom === undefined ? withBuildxFolder(given, inputs.builder) : given)
    const { job } = daemon
    const session = awsSession(inputs.aws, job)
    const ports: Ports = {
      session,
      ecr: withLoginFallback(
        ecrOf(withThrottleRetry(session, job), inputs.registryId, inputs.registryHost),
        (login) => registryManifests(login, session.http, job.signal),
        job.runner.notice,
      ),
      docker: dockerOf(job),
      images: engineImages(job),
      daemon: (timeout, signal) => requireDaemon(timeout, daemon, signal),
      platform: (timeout) => enginePlatform(timeout, daemon),
      unreached: (reference) => unreachedByEngine(reference, job),
      settings: ecrSettingsOf(session),
      registry: (account) => registryAuthorization(session, account),
    }
    return main(inputs, ports, job)
  },
  post: [
    removeLeftFolders,
    (job) => removeLeftNames(engineImages(leftDaemonJob(job)), job),
    (job) => removeLeftBuilder(leftDaemonJob(job)),
  ],
})
