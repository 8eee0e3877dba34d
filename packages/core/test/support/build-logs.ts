/** What real Docker clients and engines printed: excerpts, unchanged but for what is left out before the failing step. */

/** Where docker's stdout is empty and the log is in stderr. */
export const BUILDKIT = {
  '20.10, file to copy is missing': `#4 [internal] load build context
#4 sha256:e9d26fe9f3e6919bca6e69bab4fcd1435bd073ac2dc69e8ab5720a0edd71fe14
#4 transferring context: 2B done
#4 DONE 0.0s

#3 [1/1] COPY missing /x
#3 sha256:f1cf6b6e317aa8dac085eda0b93098f83e22f2d46b5cf92f16cf64aa4c042232
#3 ERROR: "/missing" not found: not found
------
 > [1/1] COPY missing /x:
------
failed to compute cache key: "/missing" not found: not found
`,
  '20.10, unknown instruction': `#2 [internal] load .dockerignore
#2 sha256:7788a4645583d26e5ea334304c2ec494e36c8953c9b61ce2aecedd20b1785b48
#2 transferring context: 2B done
#2 DONE 0.0s
failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 2: unknown instruction: FOO
`,
  '28.5 with buildx, file to copy is missing': `#4 [1/1] COPY missing /x
#4 ERROR: failed to calculate checksum of ref q5bxmah4u27jsh6b7u8837dzc::3580zghujvm8xlf5grxzfymki: "/missing": not found
------
 > [1/1] COPY missing /x:
------
Bad1:2
--------------------
   1 |     FROM scratch
   2 | >>> COPY missing /x
   3 |     
--------------------
ERROR: failed to build: failed to solve: failed to compute cache key: failed to calculate checksum of ref q5bxmah4u27jsh6b7u8837dzc::3580zghujvm8xlf5grxzfymki: "/missing": not found
`,
  '28.5 with buildx, command cannot start': `#5 [2/2] RUN ["/bin/sh","-c","echo one; echo ::set-output name=digest::evil; echo two >&2; exit 3"]
#5 ERROR: process "/bin/sh -c echo one; echo ::set-output name=digest::evil; echo two >&2; exit 3" did not complete successfully: network bridge not found
------
 > [2/2] RUN ["/bin/sh","-c","echo one; echo ::set-output name=digest::evil; echo two >&2; exit 3"]:
------
Bad2:3
--------------------
   1 |     FROM scratch
   2 |     COPY busybox /bin/sh
   3 | >>> RUN ["/bin/sh","-c","echo one; echo ::set-output name=digest::evil; echo two >&2; exit 3"]
   4 |     
--------------------
ERROR: failed to build: failed to solve: process "/bin/sh -c echo one; echo ::set-output name=digest::evil; echo two >&2; exit 3" did not complete successfully: network bridge not found
`,
  '28.5 with buildx, no Dockerfile': `#0 building with "default" instance using docker driver

#1 [internal] load build definition from Nope
#1 transferring dockerfile: 2B done
#1 DONE 0.0s
ERROR: failed to build: failed to solve: failed to read dockerfile: open Nope: no such file or directory
`,
} as const

const DEPRECATED = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.

`

/** The classic builder, with a 28.2 client, prints the log to stdout and the error to stderr. */
export const CLASSIC = {
  'file to copy is missing': {
    stdout: `Sending build context to Docker daemon  1.989MB
Step 1/2 : FROM scratch
 ---> 
Step 2/2 : COPY missing /x
`,
    stderr: `${DEPRECATED}COPY failed: file not found in build context or excluded by .dockerignore: stat missing: file does not exist
`,
  },
  'command fails': {
    stdout: `Sending build context to Docker daemon  1.989MB
Step 1/3 : FROM scratch
 ---> 
Step 2/3 : COPY busybox /bin/sh
 ---> fd2d94093a95
Step 3/3 : RUN ["/bin/sh","-c","echo one; echo ::set-output name=digest::evil; echo two >&2; exit 3"]
 ---> Running in 82895a2429ac
one
::set-output name=digest::evil
\u001b[91mtwo
\u001b[0m`,
    stderr: `${DEPRECATED}The command '/bin/sh -c echo one; echo ::set-output name=digest::evil; echo two >&2; exit 3' returned a non-zero code: 3
`,
  },
  'unknown instruction': {
    stdout: 'Sending build context to Docker daemon  1.989MB\n',
    stderr: `${DEPRECATED}Error response from daemon: dockerfile parse error line 2: unknown instruction: FOO
`,
  },
  'no Dockerfile': {
    stdout: '',
    stderr: `${DEPRECATED}unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /tmp/exp/ctx/Nope: no such file or directory
`,
  },
} as const
