import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { canonicalHost } from '../../core/image/hosts.ts';
import { isRecord } from './media.ts';

/** Docker's own name of Docker Hub in its configuration. */
const HUB_KEY = 'https://index.docker.io/v1/';

/** A login of docker's could not be had or kept, and why: a sentence for people that still needs redaction. */
export class DockerLoginError extends Error {
  override readonly name = 'DockerLoginError';
}

/** What is of use in docker's configuration file. */
export interface DockerConfig {
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | null;
  readonly auths: ReadonlyMap<string, DockerAuth>;
}

/** A login as the file itself has it. */
export interface DockerAuth {
  readonly user: string;
  readonly password: string;
  /** Stands for a login with the registry's own sign-in, in the place of a password. */
  readonly identityToken: string | null;
}

/** Where docker keeps its logins: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`. */
export const dockerConfigPath = (env: NodeJS.ProcessEnv): string =>
  join(env.DOCKER_CONFIG || join(env.HOME || env.USERPROFILE || homedir(), '.docker'), 'config.json');

/** How docker writes a registry's host in its configuration and asks helpers for it. */
export const dockerKey = (host: string): string => (canonicalHost(host) === 'docker.io' ? HUB_KEY : host);

/** The host that a key of docker's configuration is for: `https://host/v1/` and `host` are the same; else null. */
export function hostOfKey(key: string): string | null {
  const host = /^(?:https?:\/\/)?([^/@?#\s]+)(?:\/(?:v[12]\/?)?)?$/i.exec(key)?.[1];
  return host === undefined ? null : canonicalHost(host);
}

/**
 * Reads docker's configuration; one without logins where the file is not there.
 * @throws DockerLoginError where it cannot be read or is not JSON. Nothing of its text is quoted.
 */
export async function readDockerConfig(env: NodeJS.ProcessEnv): Promise<DockerConfig> {
  const file = await readDockerFile(env);
  const auths = new Map<string, DockerAuth>();
  for (const [key, value] of records(file.auths)) {
    const host = hostOfKey(key);
    const auth = isRecord(value) ? authOf(value) : null;
    if (host !== null && auth !== null && !auths.has(host)) auths.set(host, auth);
  }
  const credHelpers = new Map<string, string>();
  for (const [key, name] of records(file.credHelpers)) {
    const host = hostOfKey(key);
    if (host !== null && typeof name === 'string' && name !== '') credHelpers.set(host, name);
  }
  const { credsStore } = file;
  return {
    auths,
    credHelpers,
    credsStore: typeof credsStore === 'string' && credsStore !== '' ? credsStore : null,
  };
}

/** The whole file as it stands; empty where there is none. Errors as for `readDockerConfig`. */
export async function readDockerFile(env: NodeJS.ProcessEnv): Promise<Record<string, unknown>> {
  const path = dockerConfigPath(env);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = isRecord(error) ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw new DockerLoginError(`Docker's configuration ${path} cannot be read (${String(code)}).`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, '') || '{}');
  } catch {
    value = null;
  }
  if (!isRecord(value)) throw new DockerLoginError(`Docker's configuration ${path} is not a JSON object.`);
  return value;
}

const records = (value: unknown): [string, unknown][] => (isRecord(value) ? Object.entries(value) : []);

/** `auth` is base64 of `user:password`; podman and old dockers write the two apart. */
function authOf(value: Record<string, unknown>): DockerAuth | null {
  const text = (name: string): string => (typeof value[name] === 'string' ? (value[name] as string) : '');
  const pair = Buffer.from(text('auth'), 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = pair.indexOf(':');
  const user = colon > 0 ? pair.slice(0, colon) : text('username');
  const password = colon > 0 ? pair.slice(colon + 1) : text('password');
  const identityToken = text('identitytoken') || null;
  return identityToken === null && (user === '' || password === '')
    ? null
    : { user, password, identityToken };
}
