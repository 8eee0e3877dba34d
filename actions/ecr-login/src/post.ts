// The runner's post step: the same bundle, told what it runs for before it is loaded.
process.argv.push('--post')
await import('./index.ts')
