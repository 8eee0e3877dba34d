export type { Call } from './call-log.ts'
export type { EcrLocalOptions } from './settings.ts'
export { type EcrLocal, startEcrLocal } from './start.ts'
