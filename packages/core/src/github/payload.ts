import type { GitHubEvent } from './event.ts'

function valueAt(payload: unknown, path: readonly string[]): unknown {
  let value = payload
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Readonly<Record<string, unknown>>)[key]
  }
  return value
}

/** The text at a path of keys in a webhook payload; empty if there is none. */
export function textAt(payload: unknown, ...path: string[]): string {
  const value = valueAt(payload, path)
  return typeof value === 'string' ? value : ''
}

/** The number at a path, as digits; empty if there is none. */
export function numberAt(payload: unknown, ...path: string[]): string {
  const value = valueAt(payload, path)
  return Number.isSafeInteger(value) ? String(value) : ''
}

/** The list at a path; empty if there is none. */
export function listAt(payload: unknown, ...path: string[]): readonly unknown[] {
  const value = valueAt(payload, path)
  return Array.isArray(value) ? value : []
}

/** Whether there is an object at a path. */
export function hasObject(payload: unknown, ...path: string[]): boolean {
  const value = valueAt(payload, path)
  return typeof value === 'object' && value !== null
}

type WithPayload = Pick<GitHubEvent, 'payload'>

/** The text at a path of an event's payload; empty where there is none. */
export const eventText = ({ payload }: WithPayload, ...path: string[]): string => textAt(payload, ...path)

/** The number at a path of an event's payload, in digits; empty where there is none. */
export const eventNumber = ({ payload }: WithPayload, ...path: string[]): string => numberAt(payload, ...path)

/** The list at a path of an event's payload; empty where there is none. */
export const eventList = ({ payload }: WithPayload, ...path: string[]): readonly unknown[] => listAt(payload, ...path)

/** Whether there is an object at a path of an event's payload. */
export const eventHas = ({ payload }: WithPayload, ...path: string[]): boolean => hasObject(payload, ...path)
