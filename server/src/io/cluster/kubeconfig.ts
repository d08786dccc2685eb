import { access, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import {
  isPlainList,
  isPlainMap,
  type Plain,
  parsePlain,
  plainAt,
  textAt,
} from '../../core/manifest/plain.ts';
import { ClusterError } from './cluster-error.ts';

/** How one says to a cluster who one is. */
export type ClusterLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** PEM. */
  | { readonly kind: 'certificate'; readonly certificate: string; readonly key: string }
  /** A program that prints an ExecCredential. */
  | {
      readonly kind: 'program';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly apiVersion: string;
    };

/** A cluster as a kubeconfig's context names it. */
export interface ClusterAccess {
  readonly context: string;
  /** `default` unless the context names another. */
  readonly namespace: string;
  readonly server: URL;
  /** Authorities to trust, PEM; null for the system's. */
  readonly ca: string | null;
  /** Whether its certificate need not be trusted. */
  readonly insecure: boolean;
  /** What its certificate is held against, where that is not the host. */
  readonly serverName: string | null;
  readonly login: ClusterLogin;
}

export interface KubeconfigOptions {
  /** KUBECONFIG and HOME. */
  readonly env: NodeJS.ProcessEnv;
  /** In the place of what KUBECONFIG names. */
  readonly file?: string;
  /** In the place of the current context. */
  readonly context?: string;
}

/** One file, and the folder that its relative paths start from. */
interface Part {
  readonly value: Plain;
  readonly folder: string;
}

/**
 * Reads the access to a cluster as kubectl does: the files of KUBECONFIG, or ~/.kube/config; of equal names the first
 * file's entry counts (kubernetes.io, "Organizing Cluster Access Using kubeconfig Files").
 * @throws ClusterError
 */
export async function readKubeconfig({ env, file, context }: KubeconfigOptions): Promise<ClusterAccess> {
  const named = file ?? env.KUBECONFIG ?? '';
  const paths = named === '' ? [ownConfig(env)] : named.split(delimiter);
  const parts = await partsOf(
    paths.filter((path) => path !== ''),
    named !== '',
  );
  const current =
    context ?? parts.map(({ value }) => textAt(value, 'current-context')).find((name) => name !== '') ?? '';
  const where = paths.join(', ');
  if (current === '')
    throw new ClusterError(
      `No cluster is chosen: ${where} names no current context. Choose one: kubectl config use-context NAME.`,
    );
  const chosen = entryOf(parts, 'contexts', current, 'context');
  if (chosen === null)
    throw new ClusterError(`${where} has no context "${current}". kubectl config get-contexts lists them.`);
  const cluster = entryOf(parts, 'clusters', textAt(chosen.value, 'cluster'), 'cluster');
  const address = textAt(cluster?.value, 'server');
  if (cluster === null || !URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new ClusterError(`The context "${current}" of ${where} names no cluster with a usable address.`);
  const user = entryOf(parts, 'users', textAt(chosen.value, 'user'), 'user');
  return {
    context: current,
    namespace: textAt(chosen.value, 'namespace') || 'default',
    server: new URL(address),
    ca: await material(cluster, 'certificate-authority'),
    insecure: plainAt(cluster.value, 'insecure-skip-tls-verify') === true,
    serverName: textAt(cluster.value, 'tls-server-name') || null,
    login: user === null ? { kind: 'none' } : await loginOf(user),
  };
}

/** Whether anything names a cluster: what is given, KUBECONFIG, or a file where kubectl looks for one. */
export async function hasKubeconfig({ env, file }: KubeconfigOptions): Promise<boolean> {
  if (file !== undefined || (env.KUBECONFIG ?? '') !== '') return true;
  return access(ownConfig(env)).then(
    () => true,
    () => false,
  );
}

const ownConfig = (env: NodeJS.ProcessEnv): string => join(env.HOME ?? homedir(), '.kube', 'config');

async function partsOf(paths: readonly string[], named: boolean): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      // Of several files, those that are not there are passed over.
      if (error.code === 'ENOENT' && paths.length > 1) return null;
      throw new ClusterError(
        error.code === 'ENOENT' && !named
          ? `There is no kubeconfig at ${path}. Set KUBECONFIG, or name one with --kubeconfig.`
          : `The kubeconfig ${path} cannot be read (${error.code ?? error.name}).`,
      );
    });
    if (text === null) continue;
    const parsed = parsePlain(text);
    if (!parsed.ok || !isPlainMap(parsed.value))
      throw new ClusterError(
        `The kubeconfig ${path} is no YAML${parsed.ok ? '' : `: ${parsed.message}`}. Fix it, or name another.`,
      );
    parts.push({ value: parsed.value, folder: dirname(resolve(path)) });
  }
  return parts;
}

function entryOf(parts: readonly Part[], list: string, name: string, key: string): Part | null {
  for (const { value, folder } of parts) {
    const entries = plainAt(value, list);
    const found = (isPlainList(entries) ? entries : []).find((entry) => textAt(entry, 'name') === name);
    if (found !== undefined) return { value: plainAt(found, key) ?? null, folder };
  }
  return null;
}

/** A certificate or key: as data in base64, which goes first, or the path of a file. */
async function material({ value, folder }: Part, key: string): Promise<string | null> {
  const data = textAt(value, `${key}-data`);
  if (data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const path = textAt(value, key);
  return path === '' ? null : await contentOf(path, folder);
}

const contentOf = (path: string, folder: string): Promise<string> =>
  readFile(resolve(folder, path), 'utf8').catch(() => {
    throw new ClusterError(`The kubeconfig names ${path}, which cannot be read.`);
  });

/** A user's ways to say who they are, in client-go's order: certificate, token, password, program. */
async function loginOf(user: Part): Promise<ClusterLogin> {
  const { value, folder } = user;
  const [certificate, key] = [await material(user, 'client-certificate'), await material(user, 'client-key')];
  if (certificate !== null && key !== null) return { kind: 'certificate', certificate, key };
  const file = textAt(value, 'tokenFile');
  const token = file === '' ? textAt(value, 'token') : (await contentOf(file, folder)).trim();
  if (token !== '') return { kind: 'token', token };
  const username = textAt(value, 'username');
  if (username !== '') return { kind: 'basic', username, password: textAt(value, 'password') };
  const program = plainAt(value, 'exec');
  const command = textAt(program, 'command');
  if (command === '') return { kind: 'none' };
  const args = plainAt(program, 'args');
  const env = plainAt(program, 'env');
  const isPath = command.includes('/') || command.includes('\\');
  return {
    kind: 'program',
    command: isPath && !isAbsolute(command) ? join(folder, command) : command,
    args: isPlainList(args) ? args.map(String) : [],
    env: Object.fromEntries(
      (isPlainList(env) ? env : []).map((entry) => [textAt(entry, 'name'), textAt(entry, 'value')]),
    ),
    apiVersion: textAt(program, 'apiVersion') || 'client.authentication.k8s.io/v1',
  };
}
