import { type GitHubApi, GitHubApiError } from '@container-actions/core'

/** A fake API with fixed responses by `GET /path?query`, which records its requests. */
export function apiOf(answers: Readonly<Record<string, unknown>>): GitHubApi & { readonly calls: string[] } {
  const calls: string[] = []
  return {
    calls,
    async get(route, parameters = {}) {
      const query = new URLSearchParams(parameters)
      const path = route.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
        query.delete(name)
        return encodeURIComponent(parameters[name] ?? '')
      })
      const call = `GET ${path}${query.size === 0 ? '' : `?${query}`}`
      calls.push(call)
      if (call in answers) return answers[call]
      throw new GitHubApiError("GitHub's API answered 404: Not Found.", 404, undefined)
    },
  }
}
