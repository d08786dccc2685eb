import { bareHost, isAddress, isForbiddenAddress, isLoopback } from '../net/addresses.ts';
import type { Endpoint } from '../net/endpoints.ts';

/** Registries whose tokens come from a host that does not look related: `docker.io` is registry-1.docker.io. */
const PAIRS: ReadonlyMap<string, string> = new Map([['registry-1.docker.io', 'auth.docker.io']]);

/**
 * Second-level labels under which a country's registry sells names. Not the whole public suffix list: a name that is
 * missing here shares its parent with strangers only where the registry itself lies directly under it.
 */
const SECOND_LEVEL =
  /^(?:ac|co|com|edu|gob|gouv|gov|govt|go|gv|id|in|info|ltd|mil|ne|net|nhs|nom|or|org|plc|sch|school|web)\.[a-z]{2}$/;

/** Below these, neighbours are strangers: hosting for everybody. */
const SHARED: readonly string[] = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'on.aws',
  'awsapprunner.com',
  'cloudfront.net',
  'elasticbeanstalk.com',
  'azure.com',
  'azure.net',
  'azurecr.io',
  'azurewebsites.net',
  'azurecontainerapps.io',
  'cloudapp.net',
  'windows.net',
  'appspot.com',
  'run.app',
  'web.app',
  'firebaseapp.com',
  'googleusercontent.com',
  'pkg.dev',
  'github.io',
  'github.dev',
  'githubusercontent.com',
  'gitlab.io',
  'gitpod.io',
  'herokuapp.com',
  'fly.dev',
  'onrender.com',
  'railway.app',
  'vercel.app',
  'netlify.app',
  'pages.dev',
  'workers.dev',
  'deno.dev',
  'jfrog.io',
  'cloudsmith.io',
  'ondigitalocean.app',
  'digitaloceanspaces.com',
  'linodeobjects.com',
  'scw.cloud',
  'ovh.net',
  'aliyuncs.com',
  'myqcloud.com',
  'ngrok.io',
  'ngrok.app',
  'ngrok.dev',
  'ngrok-free.app',
  'ngrok-free.dev',
  'trycloudflare.com',
  'loca.lt',
  'duckdns.org',
  'dyndns.org',
  'no-ip.org',
  'ddns.net',
  'nip.io',
  'sslip.io',
  'traefik.me',
  'localtest.me',
  'blogspot.com',
  'readthedocs.io',
  'ts.net',
  'internal',
  'local',
];

/**
 * Whether a registry may send its callers to that address for a token: to itself, its parent domain, a sibling under
 * a parent of their own, or a known pair. Nothing at all is sent to another one. HTTPS, but for a registry that is
 * itself asked by plain HTTP. On this machine and on addresses each port is somebody else.
 */
export function isRealmOf({ base }: Endpoint, realm: URL): boolean {
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && base.protocol === 'http:')) return false;
  if (realm.username !== '' || realm.password !== '' || isForbiddenAddress(realm.hostname)) return false;
  const host = bareHost(base.hostname);
  const other = bareHost(realm.hostname);
  if (isLoopback(host) || isLoopback(other) || isAddress(host) || isAddress(other))
    return host === other && realm.port === base.port;
  if (host === other || PAIRS.get(host) === other) return true;
  const [, ...parent] = host.split('.');
  for (let labels = parent; labels.length >= 2; labels = labels.slice(1)) {
    const name = labels.join('.');
    if (isShared(name)) return false;
    if (other === name) return true;
    // A sibling: one label under the parent that the registry lies in.
    if (other.endsWith(`.${name}`)) return true;
  }
  return false;
}

const isShared = (name: string): boolean =>
  SECOND_LEVEL.test(name) || SHARED.some((shared) => name === shared || name.endsWith(`.${shared}`));
