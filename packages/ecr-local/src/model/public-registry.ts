/**
 * Takes the place of a region: the registries of ECR Public belong to an account and to no region, and their logins are
 * valid only there.
 */
export const PUBLIC = 'public'

/** ECR Public's own names: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html */
export const PUBLIC_HOSTS: readonly string[] = ['public.ecr.aws', 'ecr-public.aws.com']

/** The name of a registry's service in permissions and signatures. */
export const serviceOf = ({ region }: { readonly region: string }) => (region === PUBLIC ? 'ecr-public' : 'ecr')

/**
 * The alias of an account's public registry, which is the first part of its image names. AWS generates one; here it
 * contains the account. It must begin with a letter:
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_RegistryAlias.html
 */
export const aliasOf = (account: string) => `p${account}`

/** The account of an alias or a registry ID; `undefined` for anything else. */
export const accountOf = (registry: string) => /^p?(\d{12})$/.exec(registry)?.[1]
