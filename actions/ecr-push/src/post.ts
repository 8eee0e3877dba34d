// The runner's post step: the same bundle, which reads its purpose from argv.
process.argv.push('--post')
await import('./index.ts')
