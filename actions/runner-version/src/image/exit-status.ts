import { Failure } from '@container-actions/core'

/** How the entrypoint ends where neither a signal nor the runner itself decides. The image's README tells of each. */
export const EXIT = {
  settings: 2,
  /** The runner's own status for a version that gets no jobs any more. */
  refused: 7,
  tooOld: 20,
  noDocker: 21,
  denied: 22,
  unreachable: 23,
  notConfigured: 24,
  noJob: 25,
} as const

/** A failure that a supervisor tells from others by the exit status. */
export class ExitFailure extends Failure {
  readonly status: number

  constructor(kind: keyof typeof EXIT, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.status = EXIT[kind]
  }
}
