/** An installation of a release, as installation.go reads it. What is left out is empty. */
export interface KotsInstallation {
  readonly slug: string;
  readonly namespace: string;
  readonly localRegistry?: {
    readonly host: string;
    readonly namespace: string;
    readonly username: string;
    readonly password: string;
  };
  readonly application?: {
    readonly proxyPublicImages?: boolean;
    readonly replicatedRegistryDomain?: string;
    readonly proxyRegistryDomain?: string;
  };
  readonly version?: {
    readonly sequence: number;
    readonly cursor: string;
    readonly channelName: string;
    readonly versionLabel: string;
    readonly isRequired: boolean;
    readonly releaseNotes: string;
    readonly isAirgap: boolean;
    readonly replicatedRegistryDomain?: string;
    readonly replicatedProxyDomain?: string;
  };
  /** The spec of a License. */
  readonly license: Readonly<Record<string, unknown>>;
  readonly items?: readonly KotsItem[];
  readonly entered?: Readonly<Record<string, Partial<Record<'value' | 'default' | 'filename', string>>>>;
  /** Images that can be pulled anonymously. */
  readonly public?: readonly string[];
}

export interface KotsItem {
  readonly name: string;
  readonly type?: string;
  readonly readonly?: boolean;
  readonly value?: string;
  readonly default?: string;
  readonly filename?: string;
}

export interface KotsCase {
  /** A name in installations.ts. */
  readonly context: string;
  readonly text: string;
}

/** A case of KOTS's own unit tests, with what they expect. */
export interface KotsVector extends KotsCase {
  readonly expected: string;
  /** The file and the test in it. */
  readonly source: string;
}

export interface KotsGolden {
  readonly contexts: Readonly<Record<string, KotsInstallation>>;
  readonly cases: readonly (KotsCase & { readonly out: string; readonly err?: string })[];
}
