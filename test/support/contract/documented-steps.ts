import { parse, stringify } from 'yaml'

/** A piece of a workflow in a document, as a whole workflow. */
export interface Snippet {
  /** Where it begins, counted from 1. */
  readonly line: number
  readonly workflow: string
}

const JOB = { 'runs-on': 'self-hosted' }

/** A workflow of a document's YAML: steps, a job's keys, jobs, or a whole one; `undefined` for what is none. */
function workflowOf(yaml: unknown): object | undefined {
  if (Array.isArray(yaml)) return yaml.some((step) => step?.uses) ? workflowOf({ steps: yaml }) : undefined
  if (typeof yaml !== 'object' || yaml === null) return undefined
  if ('jobs' in yaml) return { on: 'push', ...yaml }
  return 'steps' in yaml ? { on: 'push', jobs: { job: { ...JOB, ...yaml } } } : undefined
}

/** The pieces of workflows among the YAML blocks of a Markdown text. Outputs of steps that are not shown stay open. */
export function snippetsIn(markdown: string): Snippet[] {
  return [...markdown.matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)].flatMap(({ 1: block = '', index }) => {
    const workflow = workflowOf(parse(block))
    const line = markdown.slice(0, index).split('\n').length
    return workflow === undefined ? [] : [{ line, workflow: stringify(workflow) }]
  })
}
