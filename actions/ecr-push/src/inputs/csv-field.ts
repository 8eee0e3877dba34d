/** One field of an option whose value Docker reads as CSV (RFC 4180), such as `--secret`, quoted where it has to be. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
