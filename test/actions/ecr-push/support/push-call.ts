import type { Call, Fault } from '../../../../packages/ecr-local/src/index.ts'

/** One of the calls of a push, by what it does and how many of its kind came before it. */
export interface PushCall extends Pick<Call, 'service' | 'operation'> {
  /** 1 for the first of its kind. */
  readonly nth: number
  /** Whether there are others of its kind. */
  readonly several: boolean
}

/** Refused for lack of a login, which every client gives only when it is asked for one; no fault strikes before that. */
const asksForLogin = (call: Call) => call.service === 'registry' && call.error === 'UNAUTHORIZED'

const kindOf = ({ service, operation }: Pick<Call, 'service' | 'operation'>) => `${service} ${operation}`

/** The calls that a fault can strike. */
export function pushCalls(log: readonly Call[]): PushCall[] {
  const struck = log.filter((call) => !asksForLogin(call))
  return struck.map((call, index) => {
    const alike = (other: Call) => kindOf(other) === kindOf(call)
    const nth = struck.slice(0, index + 1).filter(alike).length
    return { service: call.service, operation: call.operation, nth, several: struck.filter(alike).length > 1 }
  })
}

/** Whether the call has come and has no answer. */
export function isPending(log: readonly Call[], wanted: PushCall): boolean {
  const alike = log.filter((call) => !asksForLogin(call) && kindOf(call) === kindOf(wanted))
  return alike[wanted.nth - 1]?.status === 0
}

/** What a fault says to strike this call of an account. */
export const struck = ({ service, operation, nth }: PushCall, account: string) =>
  ({ service, operation, account, skip: nth - 1 }) satisfies Fault

/** Words for the table: `ecr:PutImage (2)`, `PUT manifest`. */
export function callTitle({ service, operation, nth, several }: PushCall): string {
  return `${service === 'registry' ? '' : `${service}:`}${operation}${several ? ` (${nth})` : ''}`
}

/** The last one of the calls that have the same operation. */
export const lastOfEachKind = (calls: readonly PushCall[]): PushCall[] =>
  calls.filter((call, index) => !calls.slice(index + 1).some((later) => kindOf(later) === kindOf(call)))

/** All calls, in as few groups as there are calls of one kind: the first ones, the second ones, and so on. */
export const oneOfEachKind = (calls: readonly PushCall[]): PushCall[][] => [
  ...Map.groupBy(calls, ({ nth }) => nth).values(),
]
