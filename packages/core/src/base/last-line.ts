/** The last line that a program printed, which is usually the reason for its exit; empty if it printed nothing. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''
