/** Why a release was not pushed; each has an exit code of its own (`exitCodes`). */
export type PushCause =
  /** The release is not fit: the check found errors, files collide, a chart cannot be packaged, it is too large. */
  | 'release'
  /** The portal does not take it: the token, the app, the channel, the version label. */
  | 'portal'
  /** Somebody else promoted to the channel meanwhile. */
  | 'changed'
  /** The portal could not be reached or failed; the message says what was done and what is not known. */
  | 'network'
  /** The release was promoted, and its air-gap bundle could not be built. */
  | 'airgap'
  /** Nobody confirmed it. */
  | 'unconfirmed';

/** Exit codes of `waybill release push`. 2 is for what could not be run at all, 3 for images that were not checked. */
export const exitCodes: Readonly<Record<PushCause, number>> = {
  release: 1,
  portal: 4,
  changed: 5,
  network: 6,
  airgap: 7,
  unconfirmed: 8,
};

/** A release was not pushed. The message is for people: what happened, what was and was not done, and what is next. */
export class PushError extends Error {
  override readonly name = 'PushError';
  readonly why: PushCause;

  constructor(why: PushCause, message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

/** A file as the portal is to have it. */
export interface PackagedFile {
  /** With `/`, from the release's root. */
  readonly path: string;
  readonly bytes: Buffer;
  /** What it was made from, as people name it: a file, or the folder of a chart. */
  readonly from: string;
}
