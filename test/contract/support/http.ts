import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** One request, as it is: no redirect is followed and no status is an error. Rejects when the connection breaks. */
export function ask(method: string, url: string, { headers = {}, body }: Ask = {}): Promise<Answer> {
  const bytes = body === undefined ? null : Buffer.from(body);
  const length = bytes === null ? {} : { 'content-length': String(bytes.length) };
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers: { ...length, ...headers }, agent: false, timeout: 30_000 },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => {
          const flat = Object.entries(res.headers).map(([name, value]) => [name, String(value)]);
          resolve({
            status: res.statusCode ?? 0,
            headers: Object.fromEntries(flat),
            body: Buffer.concat(chunks),
          });
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${url} was not answered in 30 seconds`)));
    sent.on('error', reject);
    sent.end(bytes ?? undefined);
  });
}

export function json(answer: Answer): unknown {
  return JSON.parse(answer.body.toString('utf8'));
}

/** The code of the first error in a registry's answer; null where it has none. */
export function errorCode(answer: Answer): string | null {
  return firstError(answer)?.code ?? null;
}

export function errorMessage(answer: Answer): string | null {
  return firstError(answer)?.message ?? null;
}

function firstError(answer: Answer): { code?: string; message?: string } | null {
  try {
    return (json(answer) as { errors?: { code?: string; message?: string }[] }).errors?.[0] ?? null;
  } catch {
    return null;
  }
}
