import { randomBytes } from 'node:crypto'
import {
  type EngineCall,
  type EngineImage,
  type EngineImages,
  Failure,
  type Job,
  reason,
  savedState,
} from '@container-actions/core'

/** State with the names, so that the post step finds them if the main step was killed. */
const STATE = 'engineNames'

/** The name under which a step builds its image. */
export const isOwnName = (name: string): boolean => /^ecr-push-[0-9a-f]{12}:built$/.test(name)

/** Whether another step on the same engine built the image and will remove its names. */
const isOfStep = ({ names }: EngineImage): boolean => names.some(isOwnName)

/** A name that was moved to the image of this step. */
interface Pointed {
  readonly name: string
  /** ID of the image that had the name before, unless it belonged to another step. */
  readonly before?: string | undefined
}

/** The names that this step created in the engine. */
interface Named {
  /** Known only to this step, so that neither another job nor a prune of the engine removes the image. */
  readonly own: string
  /** ID of the image, if known. */
  readonly id?: string | undefined
  /** Digests the image was pushed or pulled with before this step rebuilt it. */
  readonly digests?: readonly string[]
  readonly pointed: readonly Pointed[]
}

const isText = (value: unknown): value is string => typeof value === 'string'

function parsePointed(value: unknown): Pointed | undefined {
  const { name, before } = Object(value)
  return isText(name) && (before === undefined || isText(before)) ? { name, before } : undefined
}

/** Parses the state; `undefined` if it is invalid. */
function parseNamed(value: unknown): Named | undefined {
  const { own, id, digests = [], pointed: given } = Object(value)
  const pointed = Array.isArray(given) ? given.map(parsePointed) : [undefined]
  if (!isText(own) || !isOwnName(own) || (id !== undefined && !isText(id))) return undefined
  if (!Array.isArray(digests) || !digests.every(isText) || !pointed.every((each) => each !== undefined))
    return undefined
  return { own, id, digests, pointed }
}

const UNDO: EngineCall = { undoes: true }

/** The names of the step's image in an engine that other jobs use as well. */
export interface EngineNames {
  /** The name under which the image is built. */
  readonly own: string
  /** Must be called before the build. */
  expect(): void
  /**
   * ID of the image that the build left under its own name.
   *
   * @throws {Failure} if there is none
   */
  built(): Promise<string>
  /** The first of `names` that no image has, otherwise the first one. */
  free(names: readonly [string, ...string[]]): Promise<string>
  /** Points a name at the image until `release`, whatever image has the name. */
  point(name: string): Promise<void>
  /** Gives `image` the names permanently. Images that had them are removed, unless they have others or are in use. */
  keep(image: string, names: readonly string[]): Promise<void>
  /** Removes the names that only this step needed, if they still belong to its image. */
  release(): Promise<void>
}

/** Restores one name, which another job may have moved to its own image in the meantime. */
async function takeBack({ name, before }: Pointed, id: string | undefined, images: EngineImages): Promise<void> {
  if (id === undefined || (await images.find(name, UNDO))?.id !== id) return
  if (before !== undefined && (await images.tag(before, name, UNDO))) return
  await images.remove(name, UNDO)
}

/**
 * Removes the digests that the image was pushed with, which would keep it in the engine after its last name, unless
 * others use them.
 */
async function forgetPushes({ own, id, digests = [] }: Named, images: EngineImages): Promise<void> {
  const image = id === undefined ? undefined : await images.find(id, UNDO)
  if (image === undefined || image.names.some((name) => name !== own)) return
  for (const digest of image.digests) if (!digests.includes(digest)) await images.remove(digest, UNDO)
}

async function removeNames(named: Named, images: EngineImages, runner: Job['runner']): Promise<boolean> {
  const { own, id, pointed } = named
  const works = [
    ...pointed.map((each) => () => takeBack(each, id, images)),
    () => forgetPushes(named, images),
    () => images.remove(own, UNDO),
  ]
  let done = true
  for (const work of works) {
    try {
      await work()
    } catch (error) {
      done = false
      runner.warning(`${reason(error)} Remove it with 'docker image rm ${own}' if it still exists.`)
    }
  }
  return done
}

export function engineNames(images: EngineImages, { runner, signal }: Pick<Job, 'runner' | 'signal'>): EngineNames {
  let named: Named | undefined
  const own = `ecr-push-${randomBytes(6).toString('hex')}:built`
  const remember = (now: Named) => {
    named = now
    // Saved first, because this process can be killed at any moment.
    runner.saveState(STATE, JSON.stringify(now))
  }
  return {
    own,
    expect: () => remember({ own, pointed: [] }),
    async built() {
      const image = await images.find(own)
      if (image === undefined) throw new Failure('The build succeeded but left no image in the engine.')
      remember({ own, pointed: [], ...named, id: image.id, digests: image.digests })
      return image.id
    },
    async free(names) {
      for (const name of names) {
        if ((await images.find(name)) === undefined) return name
      }
      return names[0]
    },
    async point(name) {
      const image = await images.find(name)
      const { pointed, id, ...rest } = named ?? { own, pointed: [] }
      const before = image === undefined || image.id === id || isOfStep(image) ? undefined : image.id
      if (!pointed.some((each) => each.name === name))
        remember({ ...rest, id, pointed: [...pointed, { name, before }] })
      if (!(await images.tag(own, name))) {
        throw new Failure(`The image that this step built is no longer in the engine: somebody removed ${own}.`)
      }
    },
    async keep(image, names) {
      const id = (await images.find(image))?.id
      for (const name of names) {
        const before = await images.find(name)
        // As with `docker build`, an image in use remains without the name.
        if (before !== undefined && before.id !== id) await images.remove(name).catch(() => undefined)
        if (!(await images.tag(image, name))) throw new Failure(`${image} is no longer in the engine.`)
      }
      if (named !== undefined)
        remember({ ...named, pointed: named.pointed.filter(({ name }) => !names.includes(name)) })
    },
    async release() {
      try {
        // The post step removes what a cancelled build still leaves after this.
        if (named !== undefined && (await removeNames(named, images, runner)) && !signal.aborted)
          runner.saveState(STATE, '')
      } finally {
        images.close()
      }
    },
  }
}

/** Runs `work` with names in the engine, and always removes them afterwards. */
export async function withEngineNames<T>(
  images: EngineImages,
  job: Pick<Job, 'runner' | 'signal'>,
  work: (names: EngineNames) => Promise<T>,
): Promise<T> {
  const names = engineNames(images, job)
  try {
    return await work(names)
  } finally {
    await names.release()
  }
}

/**
 * In the post step: removes the names of a killed main step. An image belongs to the step as long as it has the step's
 * own name, whose random part is the mark: without that, nothing named in the state is touched.
 */
export async function removeLeftNames(images: EngineImages, { runner }: Pick<Job, 'runner'>): Promise<void> {
  const named = savedState(STATE, parseNamed, runner)
  if (named === undefined) return
  try {
    const found = named.id === undefined ? undefined : await images.find(named.own, UNDO)
    const isOurs = found !== undefined && found.id === named.id
    await removeNames(isOurs ? named : { own: named.own, pointed: [] }, images, runner)
  } finally {
    images.close()
  }
}
