import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Question, Verdict } from '../../../../server/src/core/knowledge/knowledge.ts';
import { questionKey } from '../../../../server/src/core/knowledge/knowledge.ts';
import type { Asker } from '../../../../server/src/core/knowledge/ports.ts';
import { createOciAsker, type OciOptions } from '../../../../server/src/io/oci/asker.ts';
import { folderWith } from './temp.ts';

/** Everything that was logged by any asker of the test file. */
export const logged: string[] = [];

/** An asker that never waits before it tries again, and finds no docker login unless `env` names some. */
export const ociAsker = (more: Partial<OciOptions> = {}): Asker => {
  const { env, ...rest } = more;
  return createOciAsker({
    env: { DOCKER_CONFIG: folderWith(), PATH: process.env.PATH, ...env },
    trusted: () => true,
    now: () => 1_000_000,
    log: (line) => logged.push(line),
    retries: { transientTries: 3, throttledTries: 2, baseMs: 0, maxWaitMs: 0 },
    ...rest,
  });
};

export const imageAt = (
  host: string,
  repository: string,
  tag: string | null,
  digest: string | null = null,
): Question => ({ kind: 'image', image: { host, repository, tag, digest } });

/** Asks and gives the answers to the questions, in their order, and those that fell off on the way behind them. */
export async function ask(asker: Asker, questions: readonly Question[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  await asker.ask(questions, new AbortController().signal, (some) => answers.push(...some));
  const own = questions.map((question) => {
    const found = answers.filter((answer) => questionKey(answer) === questionKey(question));
    if (found.length !== 1) throw new Error(`${found.length} answers to ${questionKey(question)}`);
    return found[0] as Answer;
  });
  return [...own, ...answers.filter((answer) => !own.includes(answer))];
}

export async function verdicts(asker: Asker, questions: readonly Question[]): Promise<Verdict[]> {
  return (await ask(asker, questions)).flatMap((answer) => (answer.kind === 'image' ? [answer.verdict] : []));
}

export async function verdict(asker: Asker, question: Question): Promise<Verdict> {
  const [one] = await verdicts(asker, [question]);
  if (!one) throw new Error('no verdict');
  return one;
}

export interface Server {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** What came, as `METHOD path`, and the Authorization headers with it. */
  readonly requests: string[];
  readonly authorizations: string[];
  close(): Promise<void>;
}

/** A server of one's own on this machine, which remembers who came. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const requests: string[] = [];
  const authorizations: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.headers.authorization !== undefined) authorizations.push(request.headers.authorization);
    handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    authorizations,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A server that nobody should ever speak to. */
export const trap = (): Promise<Server> =>
  serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"token":"from-the-trap"}');
  });

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A folder with docker's configuration in it, for DOCKER_CONFIG. */
export const dockerConfig = (config: unknown): string =>
  folderWith({ 'config.json': typeof config === 'string' ? config : JSON.stringify(config) });
