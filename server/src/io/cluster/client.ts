import https from 'node:https';
import { createAgents } from '../net/agents.ts';
import { connectionCode, connectionWords } from '../net/connection.ts';
import { DeadlineError, withDeadline } from '../net/deadline.ts';
import { createTransport, type HttpAnswer } from '../net/http.ts';
import { ClusterError } from './cluster-error.ts';
import { runLogin } from './exec-login.ts';
import type { ClusterAccess, ClusterLogin } from './kubeconfig.ts';
import { type Pod, podOf } from './pods.ts';

/** What is read of a cluster. Each call throws ClusterError, or the signal's reason. */
export interface Cluster {
  /** All pods of a namespace; of all namespaces for null. */
  pods(namespace: string | null, signal: AbortSignal): Promise<readonly Pod[]>;
  /** What the kubelet said last of failed pulls of a namespace, by pod. */
  pullFailures(namespace: string, signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
  close(): void;
}

const DEADLINE_MS = 20_000;
const PAGE = 500;
const MAX_PAGES = 100;
const MAX_BODY = 64 * 1024 * 1024;

/**
 * A client of the few calls of the Kubernetes API that are needed here. A program that the kubeconfig names to log in is
 * run once.
 */
export function connectCluster(access: ClusterAccess, env: NodeJS.ProcessEnv): Cluster {
  let ready: Promise<Ready> | null = null;
  const get = async (path: string, signal: AbortSignal): Promise<unknown> => {
    ready ??= connect(access, env, signal);
    const { agents, headers } = await ready;
    const base = access.server.href.replace(/\/$/, '');
    const { host } = access.server;
    try {
      return await withDeadline(DEADLINE_MS, signal, async (within) => {
        const answer = await createTransport(agents).request(new URL(base + path), {
          headers: { accept: 'application/json', ...headers },
          signal: within,
        });
        if (answer.status === 200) return answer.json(MAX_BODY);
        throw new ClusterError(await refusalOf(answer, access));
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ClusterError) throw error;
      const code = connectionCode(error);
      const why =
        error instanceof DeadlineError
          ? 'it gave no answer in time'
          : (connectionWords(code) ?? String(code));
      throw new ClusterError(`The cluster ${host} (context ${access.context}) cannot be asked: ${why}.`);
    }
  };
  const all = async (path: string, query: string, signal: AbortSignal): Promise<unknown[]> => {
    const items: unknown[] = [];
    let next = '';
    for (let page = 0; page < MAX_PAGES; page++) {
      const onward = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
      const found = (await get(`${path}?limit=${PAGE}${query}${onward}`, signal)) as {
        readonly items?: unknown[];
        readonly metadata?: { readonly continue?: string };
      };
      items.push(...(found.items ?? []));
      next = found.metadata?.continue ?? '';
      if (next === '') break;
    }
    return items;
  };
  return {
    async pods(namespace, signal) {
      const path =
        namespace === null ? '/api/v1/pods' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
      return (await all(path, '', signal)).map(podOf);
    },
    async pullFailures(namespace, signal) {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
      const selector = encodeURIComponent('involvedObject.kind=Pod,type=Warning');
      const found = new Map<string, string[]>();
      for (const event of await all(path, `&fieldSelector=${selector}`, signal)) {
        const { message, involvedObject } = event as Event;
        const pod = involvedObject?.name ?? '';
        if (message === undefined || !aboutPulls.test(message)) continue;
        found.set(pod, [...(found.get(pod) ?? []), message]);
      }
      return found;
    },
    close() {
      ready?.then(({ agents }) => agents.destroy()).catch(() => {});
    },
  };
}

/** The kubelet's own words: Kubernetes, pkg/kubelet/images/image_manager.go and kubelet_pods.go. */
const aboutPulls = /^(Failed to pull image|Unable to retrieve some image pull secrets)/;

interface Event {
  readonly message?: string;
  readonly involvedObject?: { readonly name?: string };
}

interface Ready {
  readonly agents: ReturnType<typeof createAgents>;
  readonly headers: Readonly<Record<string, string>>;
}

async function connect(access: ClusterAccess, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Ready> {
  const login = access.login.kind === 'program' ? await runLogin(access.login, env, signal) : access.login;
  const usual = createAgents(env);
  const { ca, insecure, serverName } = access;
  const isUsual = login.kind !== 'certificate' && ca === null && !insecure && serverName === null;
  if (access.server.protocol === 'http:' || isUsual) return { agents: usual, headers: headersOf(login) };
  const httpsAgent = new https.Agent({
    keepAlive: true,
    ...(ca === null ? {} : { ca }),
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(serverName === null ? {} : { servername: serverName }),
    ...(login.kind === 'certificate' ? { cert: login.certificate, key: login.key } : {}),
  });
  const destroy = (): void => {
    usual.destroy();
    httpsAgent.destroy();
  };
  return { agents: { httpAgent: usual.httpAgent, httpsAgent, destroy }, headers: headersOf(login) };
}

function headersOf(login: ClusterLogin): Record<string, string> {
  if (login.kind === 'token') return { authorization: `Bearer ${login.token}` };
  if (login.kind !== 'basic') return {};
  const basic = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  return { authorization: `Basic ${basic}` };
}

async function refusalOf(answer: HttpAnswer, { server, context }: ClusterAccess): Promise<string> {
  const said = await answer.json(MAX_BODY).catch(() => null);
  const message = (said as { readonly message?: unknown } | null)?.message;
  const words = typeof message === 'string' ? `: ${message}` : ` (HTTP ${answer.status})`;
  const what =
    answer.status === 401
      ? ' Log in to the cluster again.'
      : answer.status === 403
        ? ' Its user needs to list pods there: choose another context or namespace.'
        : '';
  return `The cluster ${server.host} (context ${context}) refused${words}.${what}`;
}
