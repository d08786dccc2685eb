import type { ChartLink } from './charts/links.ts';
import type { Installer, WaybillConfig } from './config.ts';
import type { TemplateFacts, TemplateUnit, YamlBreak } from './template-facts.ts';

/** Which registries the proxy can pull from, as far as it is known. */
export interface LinkedRegistries {
  /**
   * Who said so: the vendor portal where its list was read, else `.waybill.yaml`; null where nobody lists any, so
   * that nothing can be said to be missing.
   */
  readonly source: '.waybill.yaml' | 'vendor portal' | null;
  /** Hosts that are linked for this app, or that `.waybill.yaml` lists; lower case. */
  readonly endpoints: readonly string[];
  /** Hosts that `.waybill.yaml` lists and the portal, whose list was read, does not have for this app. */
  readonly onlyListed: readonly string[];
  /** Hosts that the portal has for other apps only, and the slugs of those. */
  readonly elsewhere: Readonly<Record<string, readonly string[]>>;
}

/**
 * What holds for a whole release. It is replaced only when something in it really changes, so that what was made
 * from it can be remembered.
 */
export interface ReleaseContext {
  readonly root: string;
  readonly config: WaybillConfig;
  /** The app's slug: from the command line or environment, `.waybill.yaml`, `.replicated`, in this order. */
  readonly app: string | null;
  /** Host of Replicated's proxy for this release. */
  readonly proxyDomain: string;
  /** Host of Replicated's own registry for this release. */
  readonly registryDomain: string;
  readonly installers: readonly Installer[];
  /** Whether the Application asks for public images to go through the proxy too. */
  readonly proxyPublicImages: boolean;
  readonly linked: LinkedRegistries;
  /** Names of linked registries and their hosts: the proxy takes a name in the place of a host. */
  readonly registryNames: Readonly<Record<string, string>>;
  /** CI variables that have a value. */
  readonly variables: Readonly<Record<string, string>>;
  /** The charts that HelmCharts of the release install, as far as they are there. */
  readonly charts?: readonly ChartLink[];
  /** Left out where templates are not rendered. */
  readonly templates?: Templates;
}

/** Renders the templates in an image's name as they come out with the default installation. */
export interface Templates {
  /** What the results rest on beside the rest of the context, so that contexts can be compared. */
  readonly key: string;
  /** The installation that they come out with. */
  readonly installation: Installation;
  /** Null where it cannot be known before it is installed, or fails. */
  render(text: string): string | null;
  /** The same, with what stands in the way. */
  attempt(text: string): RenderAttempt;
  /** As they come out with another installation. @param changes what is different from the default one */
  under(changes: Partial<Installation>): Templates;
  /** What the templates of a text say, as the app manager reads them. */
  inspect(unit: TemplateUnit): TemplateFacts;
  /** The templates that make a text no YAML. @param raw whether the app manager reads it before it renders it, too */
  breaks(unit: TemplateUnit, raw: boolean): readonly YamlBreak[];
  /** Every function that a template may call, by name, with the installers that have it. */
  readonly functions: ReadonlyMap<string, { readonly installers: readonly Installer[] }>;
  /** The names of the Config's options; null where there is no Config, or nobody can tell which it has. */
  optionNames(): ReadonlySet<string> | null;
}

export interface RenderAttempt {
  readonly text: string;
  /** Why the app manager would refuse the file, in Go's words; null where it would not. */
  readonly error: string | null;
  /** What only a customer's installation knows, as people call it: `LicenseFieldValue "seats"`. */
  readonly unknown: readonly string[];
}

/** What templates can ask about an installation. */
export interface Installation {
  readonly installer: Installer;
  readonly airgap: boolean;
  readonly unknownsFail?: boolean;
  readonly localRegistry: {
    readonly host: string;
    readonly namespace: string;
    readonly username: string | null;
  } | null;
  readonly proxyDomain: string;
  readonly registryDomain: string;
  readonly appSlug: string | null;
  readonly installedSlug?: string;
  readonly customer?: CustomerFacts;
}

/** What is known of the customer who installs. */
export interface CustomerFacts {
  /** Texts of a ConfigValues, a License and an Installation. */
  readonly configValues?: string;
  readonly license?: string;
  readonly installation?: string;
  readonly namespace?: string;
  /** The channel that it follows; else as its licence says. */
  readonly channel?: string;
  readonly versionLabel?: string;
  readonly localRegistryPassword?: string;
}

/** What a single document adds to its release. */
export interface ReleaseHints {
  readonly proxyDomain: string | null;
  readonly registryDomain: string | null;
  readonly proxyPublicImages: boolean;
  readonly installer: Installer | null;
}
