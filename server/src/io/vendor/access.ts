import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ORIGIN } from './calls.ts';
import { fieldsOf, isFields, textOf } from './fields.ts';

/** With what the vendor portal is called. */
export interface PortalAccess {
  readonly token: string;
  /** Where the token is from, for messages. */
  readonly from: string;
  /** Without `/v3`. */
  readonly origin: string;
}

/** Where the vendor portal is, as far as the environment says. */
export const portalOrigin = (env: NodeJS.ProcessEnv): string => env.REPLICATED_API_ORIGIN || DEFAULT_ORIGIN;

/**
 * The token of a person or CI: REPLICATED_API_TOKEN, else the login of the replicated CLI, read as that CLI reads it
 * (pkg/credentials): the default profile of its configuration, with that profile's origin, else the one token of older
 * versions. The file is called YAML and holds JSON.
 * @returns null where there is none
 * @throws Error where the CLI's configuration cannot be read or names a profile without a token
 */
export async function findPortalAccess(env: NodeJS.ProcessEnv): Promise<PortalAccess | null> {
  const token = env.REPLICATED_API_TOKEN;
  if (token) return { token, from: 'REPLICATED_API_TOKEN', origin: portalOrigin(env) };
  for (const path of configurationsOf(env)) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw new Error(`The replicated CLI's configuration ${path} cannot be read (${error.code}).`);
    });
    if (text !== null) return accessIn(text, path, env);
  }
  return null;
}

/** The older place first: where that file is there, the newer one is not looked at. It is where XDG has it on a system. */
function configurationsOf(env: NodeJS.ProcessEnv): string[] {
  const home = env.HOME || env.USERPROFILE || homedir();
  const usual: Partial<Record<NodeJS.Platform, string>> = {
    darwin: join(home, 'Library', 'Application Support'),
    win32: env.LOCALAPPDATA || join(home, 'AppData', 'Local'),
  };
  const own = usual[process.platform];
  return [
    join(home, '.replicated'),
    ...(env.XDG_CONFIG_HOME ? [join(env.XDG_CONFIG_HOME, 'replicated')] : []),
    ...(own === undefined ? [] : [join(own, 'replicated')]),
    join(home, '.config', 'replicated'),
  ].map((folder) => join(folder, 'config.yaml'));
}

function accessIn(text: string, path: string, env: NodeJS.ProcessEnv): PortalAccess | null {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    config = null;
  }
  if (!isFields(config)) throw new Error(`The replicated CLI's configuration ${path} is no JSON object.`);
  const name = textOf(config.defaultProfile);
  const profiles = fieldsOf(config.profiles);
  if (name !== '' && Object.hasOwn(profiles, name)) {
    const { apiToken, apiOrigin } = fieldsOf(profiles[name]);
    const token = textOf(apiToken);
    if (token === '') throw new Error(`The profile "${name}" in ${path} has no API token.`);
    const origin = env.REPLICATED_API_ORIGIN || textOf(apiOrigin).trim() || DEFAULT_ORIGIN;
    return { token, from: `the profile "${name}" of ${path}`, origin };
  }
  const token = textOf(config.token);
  return token === '' ? null : { token, from: path, origin: portalOrigin(env) };
}
