/** The last line that a program printed, which is mostly its reason for an exit; empty where it printed nothing. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''
