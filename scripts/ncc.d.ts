/** The part of ncc's interface that bundle.ts uses: https://github.com/vercel/ncc#programmatically-from-nodejs */
declare module '@vercel/ncc' {
  export interface Module {
    readonly name?: string
    readonly modules?: readonly Module[]
  }
  export interface Asset {
    readonly source: string | Buffer
    readonly permissions?: number
  }
  export interface Bundle {
    readonly code: string
    readonly assets: Readonly<Record<string, Asset>>
    readonly stats: { toJson(options: object): { readonly modules?: readonly Module[] } }
  }
  export default function ncc(input: string, options: { cache: false; quiet: true }): Promise<Bundle>
}
