import { type Launch, launchHere } from '../../../packages/runner-harness/src/node-process.ts'
import { asUser, type User } from '../../../packages/runner-harness/src/user.ts'

/** Runs steps as a user who sees a machine that a shell script has prepared with mounts of its own, as root. */
export function launchWithMounts(user: User, script: string): Launch {
  const launch = launchHere(asUser(user))
  return (step) => {
    const { file, args, ...rest } = launch(step)
    return {
      ...rest,
      file: '/usr/bin/unshare',
      args: ['--mount', 'sh', '-ec', `${script}\nexec "$@"`, 'sh', file, ...args],
    }
  }
}
