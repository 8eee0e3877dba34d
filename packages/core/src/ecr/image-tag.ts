/** Tags of the OCI distribution specification: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/** Why `tag` is not a valid image tag, as a clause: `it is empty`; `undefined` if it is valid. */
export function tagProblem(tag: string): string | undefined {
  if (TAG.test(tag)) return undefined
  if (tag === '') return 'it is empty'
  if (tag.length > 128) return `it has ${tag.length} characters; a tag has at most 128`
  const wrong = [...new Set(tag.match(/[^a-zA-Z0-9._-]/gu) ?? [])]
  if (wrong.length > 0) return `it has ${wrong.map((character) => JSON.stringify(character)).join(', ')}`
  return "it starts with '.' or '-'"
}
