/** Operating systems of runners, by Node's names, as GitHub writes them in runner labels. */
const LABELS = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' } as const

/** A system that an action can run on. */
export type System = keyof typeof LABELS

/** All operating systems of runners. */
export const ANY_SYSTEM: readonly System[] = ['linux', 'darwin', 'win32']

/** The error on a runner whose operating system the action does not support; `undefined` otherwise. */
export function systemProblem(systems: readonly System[], platform: NodeJS.Platform): string | undefined {
  if (systems.some((system) => system === platform)) return undefined
  const names = systems.map((system) => LABELS[system]).join(' and ')
  const found = Object.entries(LABELS).find(([system]) => system === platform)?.[1] ?? platform
  return `This action runs on ${names}, but this runner has ${found}. Use a Linux runner for the job: 'runs-on: [self-hosted, Linux]'.`
}
