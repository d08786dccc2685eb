import type { Installer } from '../../release/config.ts';
import type { LocalRegistry } from '../scenario.ts';

/** What templates of a release may ask for, as far as it is known. */
export interface TemplateContext {
  /** The slug of the installed app; null where it is not known. */
  readonly appSlug: string | null;
  readonly namespace: string;
  readonly installer: Installer;
  readonly airgap: boolean;
  readonly localRegistry: LocalRegistry | null;
  readonly proxyDomain: string;
  readonly registryDomain: string;
  /** Options of the release's Config by name: what the customer entered, else the default. */
  readonly options: ReadonlyMap<string, ConfigOption>;
  /** Fields of the licence by name; null where there is no licence to look at. */
  readonly license: ReadonlyMap<string, string> | null;
  /** What the licence signs in with at the proxy and Replicated's registry, as docker keeps it, in base64; null as above. */
  readonly licenseDockerConfig: string | null;
  readonly channel: string | null;
  readonly version: string | null;
}

/** An option as templates see it. */
export interface ConfigOption {
  /** Null where neither the customer nor the release says one. */
  readonly value: string | null;
  readonly filename: string | null;
}
