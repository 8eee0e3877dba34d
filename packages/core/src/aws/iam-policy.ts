/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface PolicyStatement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface IamPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly PolicyStatement[]
}

/** Allows ECR operations, sorted and without duplicates, on all of `resources`. */
export function allowEcr(operations: Iterable<string>, resources: readonly string[]): PolicyStatement {
  const [first, ...others] = resources
  return {
    Effect: 'Allow',
    Action: [...new Set(operations)].sort().map((operation) => `ecr:${operation}`),
    Resource: first !== undefined && others.length === 0 ? first : resources,
  }
}

export const iamPolicy = (Statement: readonly PolicyStatement[]): IamPolicy => ({ Version: '2012-10-17', Statement })
