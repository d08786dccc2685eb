import { randomUUID } from 'node:crypto';
import type { Exchange } from '../exchange.ts';

/** The parameters of a call in AWS's query protocol: `Name` and `Name.member.1`. */
export interface Params {
  get(name: string): string | null;
  /** A list, in the order of its numbers. */
  list(name: string): string[];
  /** A list of keys with values: `Tags.member.1.Key` and `Tags.member.1.Value`. */
  pairs(name: string): Record<string, string>;
}

export function readParams(body: string, query: URLSearchParams): Params {
  const form = new URLSearchParams(body);
  for (const [name, value] of query) if (!form.has(name)) form.set(name, value);
  return {
    get: (name) => form.get(name),
    pairs(name) {
      const found: Record<string, string> = {};
      for (let i = 1; form.has(`${name}.member.${i}.Key`); i++)
        found[form.get(`${name}.member.${i}.Key`) ?? ''] = form.get(`${name}.member.${i}.Value`) ?? '';
      return found;
    },
    list: (name) =>
      [...form]
        .filter(([key]) => key.startsWith(`${name}.member.`))
        .map(([key, value]) => [Number(key.slice(`${name}.member.`.length)), value] as const)
        .sort(([a], [b]) => a - b)
        .map(([, value]) => value),
  };
}

/** A result's XML: text, a list of `member`s, or fields; what is null or undefined is left out. */
export type Xml =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Xml[]
  | { readonly [name: string]: Xml };

/** An error of the query protocol, as IAM and STS answer it. */
export class QueryError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const invalidInput = (message: string): QueryError => new QueryError(400, 'ValidationError', message);

export function answerResult(exchange: Exchange, namespace: string, action: string, result: Xml): void {
  const made = render(result);
  answerXml(
    exchange,
    200,
    `<${action}Response xmlns="${namespace}">` +
      (made === '' ? '' : `<${action}Result>${made}</${action}Result>`) +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`,
  );
}

export function answerError(exchange: Exchange, namespace: string, error: QueryError): void {
  const { status, code, message } = error;
  const type = status < 500 ? 'Sender' : 'Receiver';
  answerXml(
    exchange,
    status,
    `<ErrorResponse xmlns="${namespace}">` +
      `<Error>${render({ Type: type, Code: code, Message: message })}</Error>` +
      `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

function answerXml(exchange: Exchange, status: number, xml: string): void {
  exchange.answer(status, { 'content-type': 'text/xml' }, `<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`);
}

function render(value: Xml): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((each: Xml) => `<member>${render(each)}</member>`).join('');
  if (typeof value !== 'object') return escaped(String(value));
  return Object.entries(value)
    .filter(([, each]) => each !== null && each !== undefined)
    .map(([name, each]) => `<${name}>${render(each as Xml)}</${name}>`)
    .join('');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (each) => entities[each] ?? each);
