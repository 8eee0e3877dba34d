/** One field of an option that Docker parses as CSV (RFC 4180), such as `--secret`, quoted if necessary. */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
