import { fileReason } from '../base/failure.ts'
import { type JsonObject, type ParsedObject, parseObject } from '../base/json-object.ts'
import { readText } from '../base/text-file.ts'

/** A policy in a file of the workspace, or why the file is not a valid one. */
export type PolicyFile =
  | { readonly kind: 'policy'; readonly policy: JsonObject }
  | { readonly kind: 'missing'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string }
  | Exclude<ParsedObject, { readonly kind: 'object' }>

/** Reads a policy; the path is relative to the working directory. */
export function readPolicyFile(path: string): PolicyFile {
  let text: string
  try {
    text = readText(path)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { kind: isMissing ? 'missing' : 'unreadable', why: fileReason(error) }
  }
  const parsed = parseObject(text)
  return parsed.kind === 'object' ? { kind: 'policy', policy: parsed.value } : parsed
}
