/** What `ecr-local --help` prints. */
export const HELP = `ecr-local: an Amazon ECR in one process, for tests, demos and laptops

Usage: ecr-local [options]

It answers the ECR API, STS and the Docker registry protocol on one port of
127.0.0.1, prints one line of JSON with its endpoint and the environment that
makes AWS clients use it, and runs until it gets SIGINT or SIGTERM.

  --port NUMBER          port to listen on; 0 takes a free one (default 0)
  --host ADDRESS         address to listen on (default 127.0.0.1)
  --allow-host NAME      a name under which clients may come, beside localhost,
                         addresses and ECR's own names; may be repeated
  --data DIR             keep everything in DIR, for one server at a time.
                         Without it everything lies in a temporary folder that
                         is removed at the end
  --account ID           default account, twelve digits (default 123456789012)
  --region REGION        default region (default eu-central-1)
  --token-ttl SECONDS    life of docker's login (default 43200, as on AWS)
  --max-session SECONDS  longest session of a role (default 3600, as on AWS)
  --session-ttl SECONDS  life of every session, whatever was asked for
  --audience NAME        an audience that OIDC tokens may have; may be repeated
                         (default sts.amazonaws.com)
  --strict               also leave out what ECR leaves out at times
                         (Docker-Content-Digest on GET of a manifest)
  --fault JSON           make something go wrong; may be repeated
  --help

Use it
  ecr-local --port 5000
and in another terminal, or in the env of a workflow, what its line says:
  export AWS_ENDPOINT_URL_ECR=http://127.0.0.1:5000
  export AWS_ENDPOINT_URL_STS=http://127.0.0.1:5000
  export AWS_ACCESS_KEY_ID=ECRLOCAL123456789012 AWS_REGION=eu-central-1
  export AWS_SECRET_ACCESS_KEY=ecr-local/this-is-not-a-secret/123456789
  aws ecr create-repository --repository-name app
  aws ecr get-login-password |
    docker login -u AWS --password-stdin 127.0.0.1:5000
  docker push 127.0.0.1:5000/app:latest

Accounts and regions
  One server has them all. The region is the one that the client signs for.
  Every account has the access key id ECRLOCAL<account>, such as
  ECRLOCAL111122223333, all with the same secret. Docker finds each account and
  region at a port of its own, which GetAuthorizationToken and repositoryUri
  name; the default ones are at --port.

Faults
  A fault says for which calls: "operation" (an API operation, or *), "service"
  (ecr, ecr-public, sts, registry), "account", "region", "accessKeyId",
  "repository", "skip", "times". And what happens: "error" with "message" and
  "status", "imageFailure" (a code such as KmsError, for BatchGetImage),
  "delayMs", "connection" (reset, half), "perSecond". A request of docker is
  named after the API operation whose permission it needs (a push of a manifest
  is PutImage), or after its route as in the calls (HEAD manifest).

  ECR's usual rate limit
    --fault '{"operation":"PutImage","perSecond":10}'
  the first two calls are throttled
    --fault '{"operation":"*","error":"ThrottlingException","times":2}'
  no permission to create
    --fault '{"operation":"CreateRepository","error":"AccessDeniedException"}'
  everything after the second layer breaks off
    --fault '{"operation":"UploadLayerPart","connection":"reset","skip":2}'

While it runs (JSON over HTTP, no credentials)
  GET    /_ecr-local/calls            every call: operation, status, error
  GET    /_ecr-local/registries       every account and region, its host:port
  POST   /_ecr-local/faults           one fault, or a list
  DELETE /_ecr-local/faults           GET shows them
  POST   /_ecr-local/tokens/expire    every docker login is expired
  POST   /_ecr-local/sessions/expire  every assumed role's session is expired
  POST   /_ecr-local/scans            what a scan is to find: {"repositoryName",
                                      "imageTag", "answers": [{"status": "..",
                                      "findings": [{"severity": "HIGH"}]}]}
`
