import http from 'node:http';
import type { OnReadOpts, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { brokenOff } from './connection.ts';

/** Takes a piece of a body; whoever gives it may use its memory for others once the promise is fulfilled. */
export type Take = (chunk: Buffer) => Promise<void>;

/** Shorter bodies are not worth the connection that is given up for them: bytes. */
const WORTH_IT = 4 * 1024 * 1024;
/** What a connection reads into until somebody pours from it. */
const USUAL_BUFFER = 64 * 1024;
const POURING_BUFFER = 1024 * 1024;

/** Reads a connection into buffers of its own instead of a new one for each piece. */
interface Tap {
  /** Gets what comes instead of the HTTP parser, with the buffer that it is in; whether it can take more. */
  sink: ((chunk: Buffer, buffer: Buffer) => boolean) | null;
  /** Whether nothing is read because a piece is still in others' hands. */
  full: boolean;
  /** The buffer that is in others' hands. */
  lent: Buffer | null;
}

const taps = new WeakMap<object, Tap>();

/** Makes the connections of an agent such that `pour` is fast on them. They are like any others for everybody else. */
export function tapped<A extends http.Agent>(agent: A): A {
  type Connect = (options: object, done?: unknown) => Socket;
  const { createConnection } = agent as A & { createConnection: Connect };
  const connect: Connect = (options, done) => {
    const tap: Tap = { sink: null, full: false, lent: null };
    let socket: Socket | null = null;
    const usual = Buffer.allocUnsafeSlow(USUAL_BUFFER);
    let pouring: readonly [Buffer, Buffer] | null = null;
    const onread: OnReadOpts = {
      buffer() {
        if (tap.sink === null) return usual;
        pouring ??= [Buffer.allocUnsafeSlow(POURING_BUFFER), Buffer.allocUnsafeSlow(POURING_BUFFER)];
        // Asked for as soon as the other one is filled.
        return pouring[0] === tap.lent ? pouring[1] : pouring[0];
      },
      callback(size, memory) {
        const buffer = memory as Buffer;
        const chunk = buffer.subarray(0, size);
        return tap.sink === null ? (socket?.push(copyOf(chunk)) ?? false) : tap.sink(chunk, buffer);
      },
    };
    socket = createConnection.call(agent, { ...options, onread }, done);
    taps.set(socket, tap);
    return socket;
  };
  return Object.assign(agent, { createConnection: connect });
}

/** Whether an answer's silence is that of those who take its bytes. */
export const isHeld = ({ socket }: http.IncomingMessage): boolean => taps.get(socket)?.full === true;

/**
 * Gives a body to its end, in pieces as they come, and reads on when a piece is not held any more.
 * The large body of an answer from a `tapped` agent comes past Node's parser and streams, for half of the work; its
 * connection is closed at the end, as the parser never hears of that.
 * @throws what `take` throws, once nothing is held any more, or what the body fails with
 */
export async function pour(body: Readable, take: Take): Promise<void> {
  const tap = body instanceof http.IncomingMessage ? taps.get(body.socket) : undefined;
  const message = body as http.IncomingMessage;
  const length = tap === undefined ? Number.NaN : Number(message.headers['content-length'] ?? Number.NaN);
  const isPlain = length >= WORTH_IT && message.headers['transfer-encoding'] === undefined;
  if (tap !== undefined && isPlain) return pourFrom(message, tap, length, take);
  for await (const chunk of body as AsyncIterable<Buffer>) await take(chunk);
}

function pourFrom(message: http.IncomingMessage, tap: Tap, length: number, take: Take): Promise<void> {
  const { socket } = message;
  return new Promise((resolve, reject) => {
    let left = length;
    let held = 0;
    let failure: { readonly error: unknown } | null = null;
    const settle = (): void => {
      if (held > 0) return;
      if (failure !== null) reject(failure.error);
      else if (left === 0) resolve();
    };
    const fail = (error: unknown): void => {
      if (left > 0 || held > 0) failure ??= { error };
      socket.destroy();
      settle();
    };
    const give = (bytes: Buffer, buffer: Buffer | null): boolean => {
      if (failure !== null || left === 0) return false;
      let chunk = bytes.length > left ? bytes.subarray(0, left) : bytes;
      left -= chunk.length;
      // TLS gives all that it has decrypted, also to whoever wants no more at present.
      const isCopied = buffer !== null && tap.lent !== null;
      if (isCopied) chunk = copyOf(chunk);
      else tap.lent = buffer;
      const release = (): void => {
        held--;
        if (!isCopied) tap.lent = null;
      };
      held++;
      tap.full = true;
      take(chunk).then(
        () => {
          release();
          if (left === 0 || failure !== null) settle();
          else if (held === 0) {
            tap.full = false;
            socket.resume();
          }
        },
        (error: unknown) => {
          release();
          fail(error);
        },
      );
      if (left === 0) socket.destroy();
      return false;
    };
    // Nothing more reaches the parser. What it has read of the body already comes first.
    tap.sink = give;
    message.once('error', (error) => left > 0 && fail(error));
    message.once('close', () => left > 0 && fail(brokenOff()));
    if (message.destroyed) return fail(message.errored ?? brokenOff());
    for (let chunk = message.read(); chunk !== null; chunk = message.read()) give(chunk, null);
    if (left > 0 && !tap.full) socket.resume();
  });
}

/** Buffer.from would go through it byte by byte. */
function copyOf(chunk: Buffer): Buffer {
  const copy = Buffer.allocUnsafe(chunk.length);
  chunk.copy(copy);
  return copy;
}
