/** The event of pull request 12 of octo-org/app into main, from the branch `name` of the repository that `owner` has. */
export function pullRequest(name: string, owner = 'octo-org') {
  const repository = { full_name: 'octo-org/app', default_branch: 'main' }
  const base = { ref: 'main', sha: '5f6e7d8c9b0a1f2e3d4c5b6a79880716253443f2', repo: repository }
  const source = { ...repository, full_name: `${owner}/app`, owner: { login: owner } }
  const head = { ...base, ref: name, label: `${owner}:${name}`, repo: source }
  return {
    name: 'pull_request',
    payload: { number: 12, pull_request: { number: 12, head, base }, repository },
  }
}
