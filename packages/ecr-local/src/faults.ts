import type { ServerResponse } from 'node:http'
import { ApiError } from './api-error.ts'
import type { Call } from './call-log.ts'
import { breakInTheMiddle, pause, reset } from './connection.ts'
import type { Fault } from './fault.ts'

interface Armed {
  readonly fault: Fault
  /** Matching calls so far. */
  seen: number
  /** Account and region → number of calls currently allowed, and the time of that number. */
  readonly buckets: Map<string, { left: number; at: number }>
}

/** Why an image is not returned. */
export interface ImageFailure {
  readonly failureCode: string
  readonly failureReason: string
}

/** The active faults. */
export class Faults {
  #armed: Armed[] = []

  constructor(faults: readonly Fault[]) {
    for (const fault of faults) this.add(fault)
  }

  list(): Fault[] {
    return this.#armed.map(({ fault }) => fault)
  }

  add(fault: Fault): void {
    this.#armed.push({ fault, seen: 0, buckets: new Map() })
  }

  clear(): void {
    this.#armed = []
  }

  /**
   * Applies every fault that matches a call, before the call is served.
   *
   * @param operation the API operation, whose permission a registry request needs as well
   * @param denial AWS's message if this caller is denied the operation
   * @returns the failure to report for every image of the call, if any
   * @throws ApiError with the fault's error
   * @throws ConnectionBroken if the client has disconnected
   */
  async strike(
    call: Call,
    operation: string,
    denial: string,
    response: ServerResponse,
  ): Promise<ImageFailure | undefined> {
    const striking = this.#armed.filter((armed) => fits(armed.fault, call, operation) && isDue(armed))
    for (const { fault, buckets } of striking) {
      if (fault.delayMs !== undefined) await pause(response, fault.delayMs)
      if (fault.connection === 'reset') throw reset(response)
      if (fault.connection === 'half') breakInTheMiddle(response)
      if (fault.error !== undefined) throw errorOf(fault, fault.error, denial)
      const key = `${call.account}/${call.region}`
      if (fault.perSecond !== undefined && !take(buckets, key, fault.perSecond)) {
        throw errorOf(fault, 'ThrottlingException', denial)
      }
    }
    const failing = striking.find(({ fault }) => fault.imageFailure !== undefined)?.fault
    if (failing?.imageFailure === undefined) return undefined
    return { failureCode: failing.imageFailure, failureReason: failing.message ?? failing.imageFailure }
  }
}

function fits(fault: Fault, call: Call, operation: string): boolean {
  if (!['*', operation, call.operation].includes(fault.operation)) return false
  const { service, account, region, accessKeyId, repository } = fault
  const wanted = Object.entries({ service, account, region, accessKeyId, repository })
  return wanted.every(([name, value]) => value === undefined || value === call[name as keyof Call])
}

function isDue(armed: Armed): boolean {
  const { skip = 0, times = Number.POSITIVE_INFINITY } = armed.fault
  armed.seen += 1
  return armed.seen > skip && armed.seen <= skip + times
}

/** A token bucket with the capacity of one second. */
function take(buckets: Armed['buckets'], key: string, perSecond: number): boolean {
  const now = performance.now()
  const bucket = buckets.get(key) ?? { left: perSecond, at: now }
  const left = Math.min(perSecond, bucket.left + ((now - bucket.at) / 1000) * perSecond)
  const mayGo = left >= 1
  buckets.set(key, { left: mayGo ? left - 1 : left, at: now })
  return mayGo
}

const TEXTS: Readonly<Record<string, string>> = {
  ThrottlingException: 'Rate exceeded',
  ExpiredTokenException: 'The security token included in the request is expired',
  UnrecognizedClientException: 'The security token included in the request is invalid.',
  ServerException: 'Internal error',
  LimitExceededException: 'The operation did not succeed because it would have exceeded a service limit.',
}

function errorOf(fault: Fault, name: string, denial: string): ApiError {
  const usual = name === 'AccessDeniedException' ? denial : (TEXTS[name] ?? name)
  const status = fault.status ?? (name === 'ServerException' ? 500 : 400)
  return new ApiError(name, fault.message ?? usual, { status })
}
