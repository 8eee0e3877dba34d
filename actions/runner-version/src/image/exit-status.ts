import { Failure } from '@container-actions/core'

/**
 * Exit statuses of the entrypoint when neither a signal nor the runner itself determines it. The README of the image
 * documents them.
 */
export const EXIT = {
  settings: 2,
  /** The runner's own status for a version that no longer gets jobs. */
  refused: 7,
  tooOld: 20,
  noDocker: 21,
  denied: 22,
  unreachable: 23,
  notConfigured: 24,
  noJob: 25,
} as const

/** A failure with an exit status of its own, which a supervisor can distinguish. */
export class ExitFailure extends Failure {
  readonly status: number

  constructor(kind: keyof typeof EXIT, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.status = EXIT[kind]
  }
}
