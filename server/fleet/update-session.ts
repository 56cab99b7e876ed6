/**
 * One visit of a device: from its question to its next one, over however many connections it takes. A proxy opens one for each
 * request, and so does a client that speaks HTTP/1.0.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { SoftOtaError } from '../errors.js';
import { unixNow } from '../release/build-state.js';
import { type CheckIn, isDevice } from './check-in.js';
import type { Verdict } from './decide.js';
import type { Earlier } from './earlier.js';
import type { Offer } from './offer.js';

/** Stand for what is no blob among the hashes of what was sent. */
export const HEAD = 'head';
export const ROOT = 'root';

export interface Question {
  readonly checkIn: CheckIn;
  readonly abi: number;
  readonly verdict: Verdict;
  /** Where it came from. */
  readonly address: string;
  /** The number of the release that was served then. */
  readonly release: number | undefined;
  readonly offer: Offer | undefined;
  /** What it proves of the visit before. */
  readonly earlier: Earlier | undefined;
}

/** What has reached it. */
export interface Progress {
  /** Files, each counted once. */
  readonly sent: number;
  /** Files that it has to fetch; undefined where the server does not know. */
  readonly of: number | undefined;
  readonly hasManifest: boolean;
  /** Root files asked for, those that are not there included. */
  readonly roots: number;
  /** Of the answers' bodies. */
  readonly bytes: number;
  readonly ms: number;
  /** The last answer was cut off. */
  readonly isCut: boolean;
}

export class UpdateSession {
  readonly checkIn: CheckIn;
  readonly abi: number;
  readonly address: string;
  readonly kind: Verdict['kind'];
  readonly error: SoftOtaError | undefined;
  readonly release: number | undefined;
  /** Of the head that it got: hex hash of the manifest, tree digest, number of files. */
  readonly manifest: string | undefined;
  readonly tree: string | undefined;
  readonly files: number;
  readonly earlier: Earlier | undefined;
  /** Connections that are its own now. */
  connections = 0;
  /** The log has its closing line. */
  isOver = false;
  /** Unix seconds. */
  seen: number = unixNow();
  readonly #started = performance.now();
  #ended = this.#started;
  readonly #of: number | undefined;
  readonly #needsManifest: boolean;
  #offer: Offer | undefined;
  readonly #files = new Set<string>();
  #sent = 0;
  #hasManifest = false;
  #roots = 0;
  #bytes = 0;
  #isCut = false;
  /** The last answer, in fields of their own: an object would be made anew for every question. */
  #socket: Socket | undefined;
  #response: ServerResponse | undefined;
  #what = '';
  #size = 0;
  #isCounted = true;

  constructor({ checkIn, abi, address, verdict, release, offer, earlier }: Question) {
    const head = 'head' in verdict ? verdict.head : undefined;
    this.checkIn = checkIn;
    this.abi = abi;
    this.address = address;
    this.kind = verdict.kind;
    this.error = 'error' in verdict ? verdict.error : undefined;
    this.release = release;
    this.manifest = head?.manifest;
    this.tree = head?.tree;
    this.files = head?.head.set.files ?? 0;
    this.earlier = earlier;
    this.#offer = offer;
    this.#of = offer?.lacks;
    this.#needsManifest = offer?.needsManifest === true;
  }

  get isDevice(): boolean {
    return isDevice(this.checkIn);
  }

  /** Nothing more is counted: what was offered is forgotten, so that no old release is kept in memory for it. */
  get isSettled(): boolean {
    return this.#offer === undefined;
  }

  /** Does the same device say the same, and get the same answer? */
  isLike(checkIn: CheckIn, verdict: Verdict): boolean {
    const { id, proof, have, tree, mode, bad, said } = this.checkIn;
    const isSame =
      id === checkIn.id && proof === checkIn.proof && have === checkIn.have && tree === checkIn.tree;
    const reports = mode === checkIn.mode && bad === checkIn.bad && said === checkIn.said;
    if (!isSame || !reports || this.isOver || this.kind !== verdict.kind) return false;
    return !('head' in verdict) || verdict.head.manifest === this.manifest;
  }

  /** May more requests of it come? Not of a board that will say by itself that it does not take the release. */
  get expectsMore(): boolean {
    return this.kind === 'update' && this.isDevice && this.#offer !== undefined && !this.isComplete;
  }

  /** It has fetched all that it has to, as far as the server knows what that is. */
  get isComplete(): boolean {
    const { of, sent, hasManifest } = this.progress;
    return of !== undefined && sent >= of && (hasManifest || !this.#needsManifest);
  }

  wants(hash: string): boolean {
    if (hash === ROOT) return true;
    if (hash === this.manifest) return !this.#hasManifest;
    return this.#offer?.blobs.has(hash) === true && !this.#files.has(hash);
  }

  /** The last answer says that its connection ends with it, or was a root file, after which a client asks anew: no end of the visit. */
  get goesOn(): boolean {
    return this.#response?.shouldKeepAlive === false || this.#what === ROOT;
  }

  get progress(): Progress {
    if (this.#response?.writableFinished === true) this.#count();
    return {
      sent: this.#sent,
      of: this.#of,
      hasManifest: this.#hasManifest,
      roots: this.#roots,
      bytes: this.#bytes,
      ms: Math.round(this.#ended - this.#started),
      isCut: this.#isCut,
    };
  }

  /** An answer of `size` bytes goes out; `what` is the hash of a blob, HEAD or ROOT. */
  sending(socket: Socket, response: ServerResponse, what: string, size: number): void {
    // Answers follow one another on a connection: who asks again has got the one before.
    if (this.#socket === socket || this.#response?.writableFinished === true) this.#count();
    this.#socket = socket;
    this.#response = response;
    this.#what = what;
    this.#size = size;
    this.#isCounted = false;
    this.#note();
  }

  /** It is silent, or asks anew. */
  end(): void {
    this.#isCut = this.#response?.writableFinished === false;
    if (!this.#isCut) this.#count();
    this.isOver = true;
  }

  /** It was not over. */
  reopen(): void {
    this.isOver = false;
  }

  settle(): void {
    this.#offer = undefined;
    this.#files.clear();
    this.#socket = undefined;
    this.#response = undefined;
  }

  #note(): void {
    this.seen = unixNow();
    this.#ended = performance.now();
  }

  /** The last answer has arrived. */
  #count(): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    this.#bytes += this.#size;
    if (this.#what === ROOT) this.#roots += 1;
    else if (this.#what === this.manifest) this.#hasManifest = true;
    else if (this.#offer?.blobs.has(this.#what) === true) {
      this.#files.add(this.#what);
      this.#sent = this.#files.size;
    }
  }
}
