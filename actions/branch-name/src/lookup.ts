import { type GitHubApi, listAt, numberAt, textAt } from '@container-actions/core'
import type { Answer, PullRequestQuestion, Question, TagQuestion, WorkflowRunQuestion } from './question.ts'

/** Queries GitHub's API. Throws a `GitHubApiError` if there is no usable response. */
export type LookUp = (question: Question) => Promise<Answer>

const path = (repository: string) => {
  const [owner = '', repo = ''] = repository.split('/')
  return { owner, repo }
}

async function pullRequest(api: GitHubApi, { repository, number }: PullRequestQuestion): Promise<Answer> {
  const pull = await api.get('/repos/{owner}/{repo}/pulls/{number}', { ...path(repository), number })
  const headRepository = textAt(pull, 'head', 'repo', 'full_name')
  return { about: 'pull request', branch: textAt(pull, 'head', 'ref'), headRepository }
}

async function workflowRun(api: GitHubApi, question: WorkflowRunQuestion): Promise<Answer> {
  const { repository, headRepository, branch, sha } = question
  const head = `${path(headRepository).owner}:${branch}`
  const pulls = await api.get('/repos/{owner}/{repo}/pulls', { ...path(repository), head, state: 'all' })
  // An owner can have several forks of the same repository, and the branch may have moved since the run.
  const fitting = listAt({ pulls }, 'pulls').find(
    (pull) => textAt(pull, 'head', 'repo', 'full_name') === headRepository && textAt(pull, 'head', 'sha') === sha,
  )
  return { about: 'workflow run', number: numberAt(fitting, 'number') }
}

async function headBranches(api: GitHubApi, { repository, sha }: TagQuestion): Promise<string[]> {
  const route = '/repos/{owner}/{repo}/commits/{sha}/branches-where-head'
  const branches = await api.get(route, { ...path(repository), sha })
  return listAt({ branches }, 'branches').map((branch) => textAt(branch, 'name'))
}

async function containing(api: GitHubApi, { repository, sha }: TagQuestion, branch: string): Promise<string[]> {
  const route = '/repos/{owner}/{repo}/compare/{basehead}'
  const comparison = await api.get(route, { ...path(repository), basehead: `${sha}...${branch}` })
  return ['ahead', 'identical'].includes(textAt(comparison, 'status')) ? [branch] : []
}

/**
 * Candidates that contain the commit, and all branches whose head it is; GitHub's API cannot list all branches that
 * contain a commit.
 */
async function tag(api: GitHubApi, question: TagQuestion): Promise<Answer> {
  const calls = question.candidates.map((branch) => containing(api, question, branch))
  const results = await Promise.allSettled([...calls, headBranches(api, question)])
  const answers = results.filter((result) => result.status === 'fulfilled')
  // A deleted candidate causes one failed call; missing permission fails all of them.
  if (answers.length === 0) throw results.find((result) => result.status === 'rejected')?.reason
  return { about: 'tag', branches: [...new Set(answers.flatMap((answer) => answer.value))] }
}

/** Queries GitHub with one call, or at most four for a tag. */
export const gitHubLookUp =
  (api: GitHubApi): LookUp =>
  async (question) => {
    switch (question.about) {
      case 'pull request':
        return pullRequest(api, question)
      case 'workflow run':
        return workflowRun(api, question)
      case 'tag':
        return tag(api, question)
    }
  }
