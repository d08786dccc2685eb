import { connectionCode, isBrokenConnection } from '../../io/net/connection.ts';
import { DeadlineError } from '../../io/net/deadline.ts';
import type { AskedAs, Said } from '../../io/oci/client.ts';
import { BusyError, errorsOf } from '../../io/oci/errors.ts';
import { failureOf, failureOfAnswer, odd } from '../../io/oci/failure.ts';
import { type MirrorCause, MirrorError } from './model.ts';

/** What was being done at which end, for messages: the first words of a sentence, `docker.io/library/nginx:1: layer sha256:…`. */
export interface Doing {
  readonly end: 'source' | 'target';
  readonly host: string;
  /** The image and, where it is about one, the blob. */
  readonly what: string;
}

/** Whether a registry took what was put. A page for people is no registry's, also where its status says success. */
export const isTaken = ({ status, headers }: Said): boolean =>
  status >= 200 && status < 300 && !/^text\/html\b/i.test(headers['content-type'] ?? '');

/**
 * Whether a registry says that its disk or a quota is full. docker-registry says so in the `detail` of a 500: in words,
 * or as Linux's number for it, ENOSPC.
 */
export function isFull(said: Said): boolean {
  if (said.status === 413 || said.status === 507) return true;
  if (said.status < 400 || errorsOf(said).length === 0) return false;
  const text = said.bytes.toString('utf8');
  return /no space left|disk (?:is )?full|quota|insufficient storage|"Err":\s*28\b/i.test(text);
}

/** What it means that a registry refused something. */
export function refusalOf(said: Said, { end, host, what }: Doing): MirrorError {
  const [first] = errorsOf(said);
  const words =
    first === undefined ? `HTTP ${said.status}` : `HTTP ${said.status}, ${first.code}: ${first.message}`;
  const error = (why: MirrorCause, text: string): MirrorError => new MirrorError(why, `${what}: ${text}`);
  if (first === undefined && said.status < 300) return error('network', odd(host, said.status).reason);
  if (first?.code === 'NAME_UNKNOWN')
    return error(
      end,
      end === 'target'
        ? `there is no such repository at ${host} (${words}). Create it first, or use --create.`
        : `there is no such repository at ${host} (${words}).`,
    );
  if (first?.code === 'TAG_INVALID' && /immutable/i.test(first.message))
    return error('refused', `the tag at ${host} is immutable and stands for another image (${words}).`);
  if (isFull(said)) return error(end, `${host} has no room for it (${words}).`);
  if (said.status === 401 || said.status === 403)
    return error(end, end === 'source' ? failureOfAnswer(said, host).reason : mayNotPush(said, host, words));
  if (said.status === 404) return error(end, `${host} does not have it (${words}).`);
  if (said.status === 429)
    return error('network', `${host} is limiting requests; try again later (${words}).`);
  if (said.status >= 500) return error('network', `${host} answered with an error (${words}).`);
  return error(end, `${host} does not take it (${words}).`);
}

function mayNotPush({ access, as }: Said, host: string, words: string): string {
  if (access === 'credentials') return `${as} may not push to ${host} (${words}).`;
  return `${host} lets nobody push who is not signed in (${words}), and there is no docker login for it here.`;
}

/** What was thrown on the way to a registry, as an error that says which image it is about. */
export function mirrorErrorOf(error: unknown, { end, host, what }: Doing, asked: AskedAs): MirrorError {
  if (error instanceof MirrorError) return error;
  const { status, reason } = failureOf(error, host, asked);
  const why = status === 'denied' || status === 'unchecked' ? end : 'network';
  return new MirrorError(why, `${what}: ${reason}`, { cause: error });
}

/** Whether the same may well work at a second try: a connection that broke or fell silent, a host that is busy. */
export function isPassing(error: unknown): boolean {
  if (error instanceof MirrorError) return false;
  if (error instanceof DeadlineError) return true;
  // A host that is busy or failing was asked again and again already, ever more slowly.
  if (error instanceof BusyError) return false;
  const code = connectionCode(error);
  return isBrokenConnection(code) || code === 'ETIMEDOUT' || code === 'ECONNREFUSED';
}

/** The same for a request that the budget sends again by itself where its connection breaks. */
export const isLeftToTry = (error: unknown): boolean =>
  isPassing(error) && !isBrokenConnection(connectionCode(error));
