import {
  type CallContext,
  FunctionError,
  integer,
  stringList,
  type TemplateFunction,
  unknown,
  type Value,
} from '../../gotemplate/value.ts';
import { define } from '../../sprig/define.ts';
import { sprigFunctions } from '../../sprig/functions.ts';
import type { SprigHost } from '../../sprig/host.ts';
import { pullSecretName } from '../names.ts';
import { assumedPrivacy } from '../scenario.ts';
import type { ConfigOption, TemplateContext } from './context.ts';

type Functions = Readonly<Record<string, TemplateFunction>>;

/** In a preview the clock stands still. */
const still: SprigHost = { now: 0n };

/**
 * All functions that the app manager gives to templates (KOTS, pkg/template): Sprig's, and its own by what they ask
 * about. What nobody can know before an installation is unknown, with a label for people.
 */
export function kotsFunctions(context: TemplateContext): ReadonlyMap<string, TemplateFunction> {
  const own: Functions = {
    ...configFunctions(context),
    ...(context.installer === 'embedded-cluster-3' ? {} : registryFunctions(context)),
    ...versionFunctions(context),
    ...licenseFunctions(context),
    ...clusterFunctions(context),
    ...staticFunctions,
  };
  const sprig = sprigFunctions(still);
  const renamed = [['Base64Encode', 'b64enc'] as const, ['Base64Decode', 'b64dec'] as const];
  const same = renamed.flatMap(([name, of]) => {
    const found = sprig.get(of);
    return found === undefined ? [] : [[name, found] as const];
  });
  return new Map([...sprig, ...same, ...Object.entries(own)]);
}

/** pkg/template/config_context.go */
function configFunctions({ options }: TemplateContext): Functions {
  const textOf = (name: Value, label: string, take: (option: ConfigOption) => string | null): Value => {
    const option = options.get(String(name));
    // What a release does not have is empty; what it has without a default, only a customer knows.
    if (option === undefined) return '';
    return take(option) ?? unknown(`${label} ${JSON.stringify(String(name))}`);
  };
  const value = (name: Value): Value => textOf(name, 'ConfigOption', (option) => option.value);
  const equals = (args: readonly Value[], wanted: boolean): Value => {
    const found = value(args[0] ?? '');
    return typeof found === 'string' ? (found === args[1]) === wanted : found;
  };
  return {
    ConfigOption: define('string', 'string', ([name]) => value(name ?? '')),
    ConfigOptionName: define('string', 'string', ([name]) => name ?? ''),
    ConfigOptionIndex: define('string', 'string', ([name]) => value(name ?? '')),
    ConfigOptionData: define('string', 'string', ([name]) =>
      textOf(name ?? '', 'ConfigOptionData', () => null),
    ),
    ConfigOptionFilename: define('string', 'string', ([name]) =>
      textOf(name ?? '', 'ConfigOptionFilename', (option) => option.filename),
    ),
    ConfigOptionEquals: define('string string', 'bool', (args) => equals(args, true)),
    ConfigOptionNotEquals: define('string string', 'bool', (args) => equals(args, false)),
  };
}

/** The local registry's part of pkg/template/config_context.go; Embedded Cluster 3 does not have it. */
function registryFunctions({
  localRegistry,
  appSlug,
  proxyDomain,
  registryDomain,
}: TemplateContext): Functions {
  const { host = '', namespace = '' } = localRegistry ?? {};
  const address = namespace === '' ? host : `${host}/${namespace}`;
  const slug = appSlug ?? 'app-slug';
  const lastPart = (image: string): string => image.slice(image.lastIndexOf('/') + 1);
  return {
    HasLocalRegistry: define('', 'bool', () => localRegistry !== null),
    LocalRegistryHost: define('', 'string', () => host),
    LocalRegistryNamespace: define('', 'string', () => namespace),
    LocalRegistryAddress: define('', 'string', () => address),
    LocalImageName: define('string', 'string', ([written]) => {
      const image = String(written);
      if (localRegistry !== null) return `${address}/${lastPart(image)}`;
      if (!assumedPrivacy(image, { proxyDomain, registryDomain }).private) return image;
      return `${proxyDomain}/proxy/${slug}/${image}`;
    }),
    LocalRegistryImagePullSecret: define('', 'string', () =>
      localRegistry === null ? '' : unknown('LocalRegistryImagePullSecret'),
    ),
    ImagePullSecretName: define('', 'string', () => pullSecretName(slug)),
  };
}

/** pkg/template/version_context.go */
function versionFunctions(context: TemplateContext): Functions {
  const text = (value: string | null, name: string): TemplateFunction =>
    define('', 'string', () => value ?? unknown(name));
  return {
    Sequence: define('', 'int64', () => unknown('Sequence')),
    Cursor: text(null, 'Cursor'),
    ChannelName: text(context.channel, 'ChannelName'),
    VersionLabel: text(context.version, 'VersionLabel'),
    ReleaseNotes: text(null, 'ReleaseNotes'),
    IsRequired: define('', 'bool', () => unknown('IsRequired')),
    IsAirgap: define('', 'bool', () => context.airgap),
    ReplicatedRegistryDomain: define('', 'string', () => context.registryDomain),
    ReplicatedProxyDomain: define('', 'string', () => context.proxyDomain),
    ...(context.installer === 'embedded-cluster-3' ? embeddedThree(context) : {}),
  };
}

/** https://docs.replicated.com/embedded-cluster/template-functions: only there, in the place of the local registry's. */
function embeddedThree({ localRegistry, appSlug, proxyDomain }: TemplateContext): Functions {
  const slug = appSlug ?? 'app-slug';
  return {
    ReplicatedImageName: define('string ...bool', 'string', ([written, noProxy]) => {
      const image = String(written);
      if (localRegistry !== null) {
        const { host, namespace } = localRegistry;
        return [host, namespace, image.slice(image.lastIndexOf('/') + 1)]
          .filter((part) => part !== '')
          .join('/');
      }
      return noProxy === true ? image : `${proxyDomain}/proxy/${slug}/${image}`;
    }),
    ReplicatedImageRegistry: define('string ...bool', 'string', ([registry, noProxy]) => {
      if (localRegistry !== null)
        return [localRegistry.host, localRegistry.namespace].filter((part) => part !== '').join('/');
      return noProxy === true ? String(registry) : `${proxyDomain}/proxy/${slug}/${String(registry)}`;
    }),
    HelmValue: define('string', 'string', ([path]) => unknown(`HelmValue ${JSON.stringify(String(path))}`)),
  };
}

/** pkg/template/license_context.go */
function licenseFunctions({ license, licenseDockerConfig }: TemplateContext): Functions {
  return {
    LicenseFieldValue: define('string', 'string', ([name], context) => {
      const field = String(name);
      if (license === null) return unknown(`LicenseFieldValue ${JSON.stringify(field)}`);
      const value = license.get(field);
      // The licence holds it in base64; templates get what it stands for.
      if (field === 'signature' && value !== undefined) return decoded(value, context);
      return value ?? (/^is[A-Z]/.test(field) ? 'false' : '');
    }),
    LicenseDockerCfg: define('', 'string', () => licenseDockerConfig ?? unknown('LicenseDockerCfg')),
  };
}

const decoded = (text: string, context: CallContext): Value => {
  const decode = sprigFunctions(still).get('b64dec');
  return decode === undefined ? text : decode.call([text], context);
};

/** What only a cluster, an identity service or kURL knows: identity_context.go, kurl_context.go, static_context.go. */
function clusterFunctions({ namespace, installer }: TemplateContext): Functions {
  const asked = (names: string, parameters = '', result = 'string'): Functions =>
    Object.fromEntries(
      names
        .split(' ')
        .map((name) => [
          name,
          define(parameters, result, (args) => unknown([name, ...args.map(String)].join(' '))),
        ]),
    );
  return {
    ...asked('IdentityServiceEnabled', '', 'bool'),
    ...asked('IdentityServiceClientID IdentityServiceClientSecret IdentityServiceName IdentityServicePort'),
    ...asked('IdentityServiceRoles', '', 'any'),
    ...asked('KurlString KurlOption', 'string'),
    ...asked('KurlInt', 'string', 'int'),
    ...asked('KurlBool', 'string', 'bool'),
    ...asked(
      'KurlAll KotsVersion KubernetesVersion KubernetesMajorVersion KubernetesMinorVersion PrivateCACert',
    ),
    ...asked('HTTPSProxy HTTPProxy NoProxy'),
    ...asked('NodeCount', '', 'int'),
    ...asked('TLSCert TLSKey TLSCACert', 'string ...any'),
    ...asked('TLSCertFromCA TLSKeyFromCA', 'string string ...any'),
    ...asked('KubeSeal', 'string string string string'),
    ...asked('Lookup', 'string string string string', 'any'),
    ...asked('RandomString', 'any ...string'),
    ...asked('RandomBytes', 'any'),
    ...asked('Now'),
    ...asked('NowFmt', 'string'),
    Namespace: define('', 'string', () => namespace),
    IsKurl: define('', 'bool', () => false),
    Distribution: define('', 'string', () =>
      installer.startsWith('embedded-cluster') ? 'embedded-cluster' : unknown('Distribution'),
    ),
  };
}

const whole = (value: Value | undefined): bigint | null => integer(value ?? null);
const numeric = (value: Value | undefined): number =>
  typeof value === 'number' ? value : Number(whole(value) ?? Number.NaN);

/** Ints with ints give an int, anything with a float a float: pkg/template/static_context.go. */
const arithmetic = (ints: (a: bigint, b: bigint) => bigint, floats: (a: number, b: number) => number) =>
  define('any any', 'any', ([a, b]) => {
    const [x, y] = [whole(a), whole(b)];
    if (x !== null && y !== null) return ints(x, y);
    const result = floats(numeric(a), numeric(b));
    if (Number.isNaN(result)) throw new FunctionError('no numbers to calculate with');
    return result;
  });

/** pkg/template/static_context.go */
const staticFunctions: Functions = {
  ToLower: define('string', 'string', ([text]) => String(text).toLowerCase()),
  ToUpper: define('string', 'string', ([text]) => String(text).toUpperCase()),
  TrimSpace: define('string', 'string', ([text]) => String(text).trim()),
  Trim: define('string ...string', 'string', ([text, cut]) =>
    cut === undefined ? String(text).trim() : trimmed(String(text), String(cut)),
  ),
  Split: define('string string', 'strings', ([text, by]) => stringList(String(text).split(String(by)))),
  UrlEncode: define('string', 'string', ([text]) => encodeURIComponent(String(text)).replaceAll('%20', '+')),
  Add: arithmetic(
    (a, b) => a + b,
    (a, b) => a + b,
  ),
  Sub: arithmetic(
    (a, b) => a - b,
    (a, b) => a - b,
  ),
  Mult: arithmetic(
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  Div: arithmetic(
    (a, b) => divided(a, b),
    (a, b) => a / b,
  ),
  ParseBool: define('string', 'bool', ([text]) => /^(?:1|t|T|TRUE|true|True)$/.test(String(text))),
  ParseFloat: define('string', 'float64', ([text]) => Number.parseFloat(String(text)) || 0),
  ParseInt: define('string ...int', 'int64', ([text, base]) => parsedInt(String(text), base)),
  ParseUint: define('string ...int', 'uint64', ([text, base]) => parsedInt(String(text), base)),
  HumanSize: define('any', 'string', ([size]) => humanSize(numeric(size))),
  YamlEscape: define('string', 'string', ([text]) => JSON.stringify(String(text))),
};

function divided(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new FunctionError('runtime error: integer divide by zero');
  return a / b;
}

const parsedInt = (text: string, base: Value | undefined): Value => {
  const radix = Number(whole(base) ?? 10n) || 10;
  const value = Number.parseInt(text, radix);
  return { kind: 'int', type: 'int64', value: Number.isNaN(value) ? 0n : BigInt(value) };
};

function trimmed(text: string, cut: string): string {
  let [start, end] = [0, text.length];
  while (start < end && cut.includes(text[start] ?? '')) start++;
  while (end > start && cut.includes(text[end - 1] ?? '')) end--;
  return text.slice(start, end);
}

/** As docker's go-units has it: by thousands, four digits. */
function humanSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${Number(size.toPrecision(4))}${units[unit]}`;
}
