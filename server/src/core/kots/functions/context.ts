import type { Value } from '../../gotemplate/value.ts';
import type { Installer } from '../../release/config.ts';
import type { LocalRegistry, Privacy } from '../scenario.ts';

/** What templates of a release may ask for, as far as it is known. */
export interface TemplateContext {
  /** The slug of the installed app; null where it is not known. */
  readonly appSlug: string | null;
  readonly namespace: string;
  readonly installer: Installer;
  readonly airgap: boolean;
  readonly localRegistry: LocalRegistry | null;
  /** Of the local registry's user; null where nobody said it. */
  readonly localRegistryPassword: string | null;
  readonly proxyDomain: string;
  readonly registryDomain: string;
  /** Application.spec.proxyPublicImages. */
  readonly proxyPublicImages: boolean;
  /** @param image as written, with tag and digest */
  isPrivate(image: string): Privacy;
  /** Options of the release's Config by name; see {@link resolveOptions}. */
  readonly options: ReadonlyMap<string, ConfigOption>;
  /** What templates get for the names of licence fields; null where there is no licence to look at. */
  readonly license: ReadonlyMap<string, string> | null;
  readonly version: VersionInfo;
}

/** What is known of the version that is installed; null for what is not. */
export interface VersionInfo {
  /** How many versions the installation had before this one. */
  readonly sequence: bigint | null;
  readonly cursor: string | null;
  readonly channelName: string | null;
  readonly versionLabel: string | null;
  readonly isRequired: boolean | null;
  readonly releaseNotes: string | null;
}

/** A version of which nothing is known. */
export const unknownVersion: VersionInfo = {
  sequence: null,
  cursor: null,
  channelName: null,
  versionLabel: null,
  isRequired: null,
  releaseNotes: null,
};

/** An option as templates see it. */
export interface ConfigOption {
  /** A text; or unknown, where neither the customer nor the release says one or it rests on something unknown. */
  readonly value: Value;
  readonly filename: Value;
}
