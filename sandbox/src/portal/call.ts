import { randomBytes } from 'node:crypto';
import type { World } from '../world.ts';
import type { App, Channel, Customer, PortalState, Release } from './state.ts';

/** One call of the vendor API by somebody whose token is good. */
export interface PortalCall {
  readonly world: World;
  readonly portal: PortalState;
  /** What stood for the `:names` of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Body;
  /** The time by the sandbox's clock, ISO 8601. */
  readonly now: string;
}

export type Body = Readonly<Record<string, unknown>>;

export interface PortalAnswer {
  readonly status: number;
  /** Sent as JSON; a string as it is; nothing for 204. */
  readonly body?: unknown;
}

/** Answers a call, or throws `Refusal`. */
export type Operation = (call: PortalCall) => PortalAnswer | Promise<PortalAnswer>;

/** What the API answers to a call that it does not carry out. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** More fields of the answer. */
  readonly extra: object;

  constructor(status: number, message: string, code: string, extra: object = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export const notFound = (what: string): Refusal => new Refusal(404, `${what} not found`, 'not_found');

export const badRequest = (message: string): Refusal => new Refusal(400, message, 'bad_request');

/** The path's `:app`: the API takes ids here, and no slugs. */
export function appOf({ portal, params }: PortalCall): App {
  const found = portal.apps.find(({ id }) => id === params.app);
  if (found === undefined) throw notFound('App');
  return found;
}

export function channelOf(call: PortalCall, id = call.params.channel): Channel {
  const app = appOf(call);
  const found = call.portal.channels.find((each) => each.appId === app.id && each.id === id);
  if (found === undefined) throw notFound('Channel');
  return found;
}

export function releaseOf(call: PortalCall): Release {
  const app = appOf(call);
  const sequence = Number(call.params.sequence);
  const found = call.portal.releases.find((each) => each.appId === app.id && each.sequence === sequence);
  if (found === undefined) throw notFound('Release');
  return found;
}

export function customerOf({ portal, params }: PortalCall): Customer {
  const found = portal.customers.find(({ id }) => id === params.customer);
  if (found === undefined) throw notFound('Customer');
  return found;
}

/** A page as `currentPage` (from 0) and `pageSize` ask for it. */
export function pageOf<T>(all: readonly T[], query: URLSearchParams): readonly T[] {
  const whole = (name: string, otherwise: number): number => {
    const value = Number(query.get(name) ?? otherwise);
    return Number.isInteger(value) && value >= 0 ? value : otherwise;
  };
  const size = Math.max(1, whole('pageSize', 20));
  const from = whole('currentPage', 0) * size;
  return all.slice(from, from + size);
}

/** A field of a body as text; empty where it is left out. */
export const textOf = (value: unknown): string =>
  value === undefined || value === null ? '' : String(value);

/** An id in the form of the portal's own: 27 letters and digits. */
export function newId(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return [...randomBytes(27)].map((byte) => letters[byte % letters.length]).join('');
}

/** The objects in a field that should be a list of them. */
export const objectsIn = (value: unknown): Body[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
