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
const POURING_BUFFER = 512 * 1024;
/** So many pieces may be in others' hands until nothing more is read. */
const MOST_HELD = 2;

/** Reads a connection into buffers of its own instead of a new one for each piece. */
interface Tap {
  /** Gets what comes instead of the HTTP parser, with the buffer that it is in; whether it can take more. */
  sink: ((chunk: Buffer, buffer: Buffer) => boolean) | null;
  /** Whether nothing is read because pieces are still in others' hands. */
  full: boolean;
  /** Buffers that are in others' hands. */
  readonly lent: Set<Buffer>;
}

const taps = new WeakMap<object, Tap>();

/** Makes the connections of an agent such that `pour` is fast on them. They are like any others for everybody else. */
export function tapped<A extends http.Agent>(agent: A): A {
  type Connect = (options: object, done?: unknown) => Socket;
  const { createConnection } = agent as A & { createConnection: Connect };
  const connect: Connect = (options, done) => {
    const tap: Tap = { sink: null, full: false, lent: new Set() };
    let socket: Socket | null = null;
    const usual = Buffer.allocUnsafeSlow(USUAL_BUFFER);
    let buffers: readonly Buffer[] | null = null;
    const onread: OnReadOpts = {
      buffer() {
        if (tap.sink === null) return usual;
        // One more than are lent, for what is read meanwhile.
        buffers ??= Array.from({ length: MOST_HELD + 1 }, () => Buffer.allocUnsafeSlow(POURING_BUFFER));
        return buffers.find((buffer) => !tap.lent.has(buffer)) as Buffer;
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
 * Gives a body to its end, in pieces as they come. The next piece may be given while the one before it is still held.
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
  let before: Promise<void> = Promise.resolve();
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const taken = take(chunk);
    // It is waited for with the next one.
    taken.catch(() => {});
    await before;
    before = taken;
  }
  return before;
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
      const lent = tap.lent.size < MOST_HELD ? buffer : null;
      if (lent !== null) tap.lent.add(lent);
      else if (buffer !== null) chunk = copyOf(chunk);
      held++;
      const release = (): void => {
        held--;
        if (lent !== null) tap.lent.delete(lent);
      };
      take(chunk).then(
        () => {
          release();
          if (left === 0 || failure !== null) settle();
          else if (tap.full && held < MOST_HELD) {
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
      tap.full = held >= MOST_HELD;
      return !tap.full;
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
