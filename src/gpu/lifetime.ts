/** How long things on a device last: until they are disposed, until they fail, or until what they belong to ends. */

import { NaluError, ShaderError } from '../errors.ts';

export interface LifetimeOptions {
  /** What this is a part of, and ends with. */
  readonly parent?: Lifetime;
  /** Runs once, when this ends. */
  readonly atEnd?: () => void;
  /** Given the error of a rejected call, waits until its cause, if that is the loss of the device, is known. */
  readonly causeOf?: (error: unknown) => Promise<void>;
}

/** Once it has ended, every check throws and every wait rejects, with the reason. Its parts end with it, never the other way. */
export class Lifetime {
  readonly #parent: Lifetime | undefined;
  readonly #atEnd: (() => void) | undefined;
  #causeOf: ((error: unknown) => Promise<void>) | undefined;
  readonly #parts = new Set<Lifetime>();
  readonly #waiting = new Set<(error: NaluError) => void>();
  #ended: NaluError | undefined;

  constructor({ parent, atEnd, causeOf }: LifetimeOptions = {}) {
    parent?.check();
    this.#parent = parent;
    this.#atEnd = atEnd;
    this.#causeOf = causeOf;
    if (!parent) return;
    this.#causeOf ??= parent.#causeOf;
    parent.#parts.add(this);
  }

  /** Why it ended; undefined while it lasts. */
  get ended(): NaluError | undefined {
    return this.#ended;
  }

  /** Throws the reason if it has ended. */
  check(): void {
    if (this.#ended) throw this.#ended;
  }

  /** Ends this and its parts. The first reason stays. */
  end(reason: NaluError): void {
    if (this.#ended) return;
    this.#ended = reason;
    for (const part of [...this.#parts]) part.end(reason);
    if (this.#parent) this.#parent.#parts.delete(this);
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
    this.#atEnd?.();
  }

  /** Waits for `promise`, but rejects at once when this ends: a lost device may never settle what it owes. */
  async guard<T>(promise: Promise<T>): Promise<T> {
    // It is raced below, or of no interest any more: in neither case may its rejection count as unheard.
    promise.catch(() => {});
    this.check();
    let reject: (error: NaluError) => void = () => {};
    const ended = new Promise<never>((_, rejectWith) => {
      reject = rejectWith;
    });
    this.#waiting.add(reject);
    try {
      return await Promise.race([promise, ended]);
    } catch (error) {
      // What is being compiled when a device is lost does not compile either.
      const isTold = error instanceof NaluError && !(error instanceof ShaderError);
      if (!isTold && !this.#ended) await this.#causeOf?.(error);
      throw this.#ended ?? error;
    } finally {
      this.#waiting.delete(reject);
    }
  }
}
