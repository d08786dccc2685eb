import type { Installer } from '../../release/config.ts';
import { type FunctionSignature, sprigSignatures } from '../../sprig/signatures.ts';

/** What an argument of a function names. */
export type ArgumentMeaning = 'config-option' | 'licence-field' | 'chart-value' | 'kurl-field' | 'image';

/** What a function is about: where it gets its answer from. */
export type FunctionTopic =
  | 'config'
  | 'registry'
  | 'licence'
  | 'version'
  | 'cluster'
  | 'identity'
  | 'kurl'
  | 'text'
  | 'number'
  | 'certificate'
  | 'go'
  | 'sprig';

/** A function that templates of a release may call. */
export interface CatalogueEntry extends FunctionSignature {
  readonly topic: FunctionTopic;
  /** The installers that have it, never empty. Helm is none of them: it leaves the app manager's templates as they are. */
  readonly installers: readonly Installer[];
  /** What the first argument names, where that is something that can be looked up; null for all others. */
  readonly names: ArgumentMeaning | null;
}

const kots: readonly Installer[] = ['kots', 'embedded-cluster-2'];
const embeddedThree: readonly Installer[] = ['embedded-cluster-3'];
const all: readonly Installer[] = [...kots, ...embeddedThree];

interface Section {
  readonly topic: FunctionTopic;
  readonly installers: readonly Installer[];
  readonly names?: ArgumentMeaning;
  /** A line for each function: name, parameters, result, what it does. */
  readonly table: string;
}

/**
 * The app manager's own (KOTS, pkg/template), and those of Embedded Cluster 3 alone
 * (https://docs.replicated.com/embedded-cluster/v3/template-functions).
 */
const sections: readonly Section[] = [
  {
    topic: 'config',
    installers: all,
    names: 'config-option',
    table: `
ConfigOption | name string | string | What the customer entered for an option of the Config, else its default.
ConfigOptionName | name string | string | The name of an option; of one copy, for an option that can be repeated.
ConfigOptionIndex | name string | string | Which copy of a repeated option this is. The app manager always leaves it empty.
ConfigOptionData | name string | string | The content of a file that the customer chose for an option.
ConfigOptionFilename | name string | string | The name of the file that the customer chose for an option.
ConfigOptionEquals | name, value string | bool | Whether an option has this value.
ConfigOptionNotEquals | name, value string | bool | Whether an option has another value.`,
  },
  {
    topic: 'registry',
    installers: kots,
    table: `
HasLocalRegistry || bool | Whether the customer has a registry of their own, as every air gap installation does.
LocalRegistryHost || string | The host of the customer's own registry, with its port; empty without one.
LocalRegistryNamespace || string | The namespace in the customer's own registry; empty without one.
LocalRegistryAddress || string | Host and namespace of the customer's own registry, with a slash between them.
LocalRegistryImagePullSecret || string | A docker configuration in Base64 that signs in at the customer's registry, else at the proxy.
ImagePullSecretName || string | The name of the pull secret that the app manager makes.`,
  },
  {
    topic: 'registry',
    installers: kots,
    names: 'image',
    table: `
LocalImageName | image string | string | Where this installation pulls an image from: the customer's registry, the proxy, or as it stands.`,
  },
  {
    topic: 'registry',
    installers: embeddedThree,
    names: 'image',
    table: `
ReplicatedImageName | image string, noProxy ...bool | string | The image through the proxy; in air gap installations in the local registry.`,
  },
  {
    topic: 'registry',
    installers: embeddedThree,
    table: `
ReplicatedImageRegistry | registry string, noProxy ...bool | string | The registry through the proxy; in air gap installations the local one.`,
  },
  {
    topic: 'registry',
    installers: embeddedThree,
    names: 'chart-value',
    table: `
HelmValue | path string | string | What the chart's own values.yaml says at a path like ".image.repository".`,
  },
  {
    topic: 'licence',
    installers: all,
    names: 'licence-field',
    table: `
LicenseFieldValue | name string | string | A field of the customer's licence, built in or of your own; empty for one that it does not have.`,
  },
  {
    topic: 'licence',
    installers: all,
    table: `
LicenseDockerCfg || string | A docker configuration in Base64 that signs in at the proxy with the licence.`,
  },
  {
    topic: 'version',
    installers: all,
    table: `
Sequence || int64 | How many versions this installation has had; 0 for the first.
Cursor || string | The number of the release in its channel.
ChannelName || string | The name of the channel that the version comes from.
VersionLabel || string | The label that the release was promoted with.
ReleaseNotes || string | The notes that the release was promoted with.
IsRequired || bool | Whether the version may not be skipped.
IsAirgap || bool | Whether it is installed without a network.
ReplicatedRegistryDomain || string | The host of Replicated's registry, or your own domain for it.
ReplicatedProxyDomain || string | The host of Replicated's proxy, or your own domain for it.`,
  },
  {
    topic: 'cluster',
    installers: all,
    table: `
Namespace || string | The namespace that the app is installed in.
Distribution || string | What kind of cluster it is: embedded-cluster, eks, gke, openshift and others.
NodeCount || int | How many nodes the cluster has.
KotsVersion || string | The version of the app manager.
KubernetesVersion || string | The version of Kubernetes: 1.34.4.
KubernetesMajorVersion || string | The first number of Kubernetes' version.
KubernetesMinorVersion || string | The second number of Kubernetes' version.
HTTPProxy || string | The proxy for HTTP that the app manager was given.
HTTPSProxy || string | The proxy for HTTPS that the app manager was given.
NoProxy || string | The addresses that are not reached through a proxy.
PrivateCACert || string | The name of a ConfigMap with the certificate authorities that the customer trusts.
IsKurl || bool | Whether the cluster was made by kURL.
Lookup | apiVersion, resource, namespace, name string | map | An object of the running cluster; a list of them without a name.`,
  },
  {
    topic: 'identity',
    installers: all,
    table: `
IdentityServiceEnabled || bool | Whether the customer has set up single sign-on for the app.
IdentityServiceClientID || string | The client ID of the app at the identity service.
IdentityServiceClientSecret || string | The client secret of the app at the identity service.
IdentityServiceRoles || map | The customer's groups and the roles that they have in the app.
IdentityServiceName || string | The name of the identity service.
IdentityServicePort || string | The port of the identity service.`,
  },
  {
    topic: 'kurl',
    installers: all,
    names: 'kurl-field',
    table: `
KurlString | path string | string | A text in the kURL installer's specification.
KurlInt | path string | int | A number in the kURL installer's specification.
KurlBool | path string | bool | A yes or no in the kURL installer's specification.
KurlOption | path string | string | A value of any kind in the kURL installer's specification, as text.`,
  },
  {
    topic: 'kurl',
    installers: all,
    table: `
KurlAll || string | The whole of the kURL installer's specification.`,
  },
  {
    topic: 'text',
    installers: all,
    table: `
ToLower | text string | string | All in small letters.
ToUpper | text string | string | All in capitals.
Trim | text string, letters ...string | string | Takes white space, or any of the letters, away at both ends.
TrimSpace | text string | string | Takes white space away at both ends.
Split | text, separator string | []string | The parts between the separators.
UrlEncode | text string | string | The text as it may stand in a URL's query.
Base64Encode | text string | string | The text in Base64.
Base64Decode | text string | string | What a text in Base64 stands for.
YamlEscape | text string | string | The text with quotes, as one line of YAML.
RandomString | length int, letters ...string | string | Random letters and digits, or of the letters that a pattern allows.
RandomBytes | length int | string | Random bytes, in Base64.
Now || string | The time of rendering, as in 2026-11-26T10:00:00Z.
NowFmt | layout string | string | The time of rendering by a layout of Go.`,
  },
  {
    topic: 'number',
    installers: all,
    table: `
Add | a, b number | number | a + b; a whole number if both are.
Sub | a, b number | number | a - b; a whole number if both are.
Mult | a, b number | number | a × b; a whole number if both are.
Div | a, b number | number | a ÷ b; without the rest if both are whole numbers.
ParseBool | text string | bool | Whether the text is 1, t or true.
ParseFloat | text string | float64 | The number that the text says, else 0.
ParseInt | text string, base ...int | int64 | The whole number that the text says, else 0.
ParseUint | text string, base ...int | uint64 | The whole number from 0 on that the text says, else 0.
HumanSize | bytes number | string | A size for people: 1.5MB.`,
  },
  {
    topic: 'certificate',
    installers: all,
    table: `
TLSCert | name, cn string, ips, dns list, days int | string | A self-signed certificate; the same one for the same name.
TLSKey | name string, cn ...string, ips, dns list, days int | string | The key to the TLSCert of that name.
TLSCACert | name string, days int | string | A certificate authority; the same one for the same name.
TLSCertFromCA | ca, name, cn string, ips, dns list, days int | string | A certificate that a TLSCACert signs.
TLSKeyFromCA | ca, name, cn string, ips, dns list, days int | string | The key to a TLSCertFromCA.
KubeSeal | certificate, namespace, name, value string | string | The value encrypted for a SealedSecret.`,
  },
];

/** Those of the template language itself (text/template in Go); Sprig has a `slice` of its own. */
const go: Section = {
  topic: 'go',
  installers: all,
  table: `
and | value... | any | The first value that is empty, else the last.
or | value... | any | The first value that is not empty, else the last.
not | value | bool | Whether the value is empty.
eq | value, other... | bool | Whether the value is equal to one of the others.
ne | a, b | bool | Whether they differ.
lt | a, b | bool | Whether a is less than b.
le | a, b | bool | Whether a is less than b or equal.
gt | a, b | bool | Whether a is greater than b.
ge | a, b | bool | Whether a is greater than b or equal.
len | value | int | How many bytes or items it has.
index | value, key... | any | What a map or list holds at the keys, one after the other.
print | value... | string | The values as one text, with spaces between those that are no texts.
printf | format string, value... | string | The values in the places that the format has for them.
println | value... | string | The values with spaces between them and a line break.
call | function, value... | any | What a function in a value gives.
html | value... | string | The text with HTML's special characters escaped.
js | value... | string | The text with JavaScript's special characters escaped.
urlquery | value... | string | The text as it may stand in a URL's query.`,
};

const inSection = ({ topic, installers, names, table }: Section): CatalogueEntry[] =>
  table
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', parameters = '', result = '', summary = ''] = line
        .split('|')
        .map((part) => part.trim());
      const signature = `${name}${parameters === '' ? '' : ` ${parameters}`} → ${result}`;
      return { name, signature, summary, topic, installers, names: names ?? null };
    });

/** Every function that a template of a release may call: the app manager's, Sprig's and Go's; each name once. */
export const catalogue: ReadonlyMap<string, CatalogueEntry> = new Map(
  [
    ...inSection(go),
    ...sprigSignatures.map(
      (signature): CatalogueEntry => ({ ...signature, topic: 'sprig', installers: all, names: null }),
    ),
    ...sections.flatMap(inSection),
  ].map((entry) => [entry.name, entry]),
);
