/** The user and group that owns nothing. */
export const NOBODY = 65534

/**
 * Options of node that make a script run as nobody. The rights are dropped inside the process, so that node itself may
 * lie where nobody else can go; the script may not. Needs root.
 */
export const AS_NOBODY: readonly string[] = [
  '--import',
  `data:text/javascript,process.setgroups([${NOBODY}]); process.setgid(${NOBODY}); process.setuid(${NOBODY})`,
]
