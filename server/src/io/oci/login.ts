import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { canonicalHost } from '../../core/image/hosts.ts';
import { basicOf, helperFor } from './credentials.ts';
import {
  DockerLoginError,
  dockerConfigPath,
  dockerKey,
  hostOfKey,
  readDockerConfig,
  readDockerFile,
} from './docker-config.ts';
import { runHelper } from './helper.ts';
import { isRecord } from './media.ts';

/** Where a login was written to: a helper's name, or the configuration file. */
export interface Login {
  readonly helper: string | null;
  readonly path: string;
}

/**
 * Keeps a login as `docker login` does: with the host's helper or the store where docker's configuration names one,
 * else in that file itself, which is replaced as a whole, readable for its owner only, with all else in it kept.
 * @throws DockerLoginError, and nothing is changed then.
 */
export async function writeDockerLogin(
  env: NodeJS.ProcessEnv,
  host: string,
  user: string,
  password: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<Login> {
  const path = dockerConfigPath(env);
  const file = await readDockerFile(env);
  const helper = helperFor(await readDockerConfig(env), host);
  const key = dockerKey(canonicalHost(host));
  if (helper !== null) {
    const input = JSON.stringify({ ServerURL: key, Username: user, Secret: password });
    await runHelper({ name: helper, action: 'store', input, env, signal, deadlineMs: 30_000 });
    return { helper, path };
  }
  const auths = isRecord(file.auths) ? file.auths : {};
  // Another spelling of the host would hide the new login.
  const others = Object.entries(auths).filter(([each]) => hostOfKey(each) !== canonicalHost(host));
  const next = {
    ...file,
    auths: { ...Object.fromEntries(others), [key]: { auth: basicOf(user, password) } },
  };
  await replace(path, `${JSON.stringify(next, null, '\t')}\n`);
  return { helper: null, path };
}

async function replace(path: string, text: string): Promise<void> {
  let temporary: string | null = null;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Where the file is a link, what it leads to is replaced.
    const target = await realpath(path).catch(() => path);
    temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await chmod(temporary, 0o600);
    await rename(temporary, target);
  } catch (error) {
    if (temporary !== null) await rm(temporary, { force: true }).catch(() => {});
    const code = isRecord(error) ? error.code : undefined;
    throw new DockerLoginError(
      `The login could not be written to ${path} (${String(code ?? 'unknown error')}).`,
    );
  }
}
