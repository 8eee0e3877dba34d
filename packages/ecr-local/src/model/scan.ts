/** The result of a scan at one moment, in the members of DescribeImageScanFindings. */
export interface ScanAnswer {
  /** A scan status of ECR, or `NOT_FOUND` for ScanNotFoundException. */
  readonly status: string
  readonly description?: string
  /** Findings of basic scanning. */
  readonly findings?: readonly Finding[]
  /** Findings of enhanced scanning. */
  readonly enhancedFindings?: readonly Finding[]
}

/** Only the severity is read; the rest is passed through. */
export interface Finding {
  readonly severity?: string
  readonly [member: string]: unknown
}

export const severityCounts = (findings: readonly Finding[]) =>
  findings.reduce<Record<string, number>>((counts, { severity = 'UNDEFINED' }) => {
    counts[severity] = (counts[severity] ?? 0) + 1
    return counts
  }, {})
