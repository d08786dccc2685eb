import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** One request and the way to answer it. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly method: string;
  readonly url: URL;
  /** The status that was answered; 0 as long as there is none. */
  readonly status: number;
  answer(status: number, headers: OutgoingHttpHeaders, body?: string | Buffer): void;
  /** Answers with a body that is read on the way. For HEAD only the headers go out. */
  stream(status: number, headers: OutgoingHttpHeaders, body: Readable): Promise<void>;
  /** Never answers; the connection stays open until somebody closes it. */
  hang(): void;
  /** Tears the connection down. */
  reset(): void;
}

export function exchange(
  req: IncomingMessage,
  res: ServerResponse,
  answered: (status: number) => void,
): Exchange {
  let status = 0;
  const head = (code: number, headers: OutgoingHttpHeaders) => {
    status = code;
    answered(code);
    res.writeHead(code, headers);
  };
  return {
    req,
    method: req.method ?? 'GET',
    url: new URL(req.url ?? '/', 'http://sandbox'),
    get status() {
      return status;
    },
    answer: (code, headers, body = '') => {
      if (res.headersSent) return;
      const bytes = Buffer.from(body);
      const bodyless = code === 204 || code === 304;
      head(code, bodyless ? headers : { 'content-length': bytes.length, ...headers });
      res.end(bodyless || req.method === 'HEAD' ? undefined : bytes);
    },
    stream: async (code, headers, body) => {
      head(code, headers);
      if (req.method === 'HEAD') {
        body.destroy();
        res.end();
        return;
      }
      await pipeline(body, res).catch(() => res.destroy());
    },
    hang: () => answered(0),
    reset: () => {
      answered(status);
      req.socket.resetAndDestroy();
    },
  };
}

/** Reads a whole request body; null where it is longer than `limit` bytes. */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size <= limit ? Buffer.concat(chunks) : null;
}
