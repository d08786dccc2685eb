/**
 * What client and server say to each other beyond LSP: method names and plain data. The server has the same shapes in
 * its own words; nothing is shared but JSON.
 */

/** Request to the server: a command that it runs (`workspace/executeCommand`). */
export const serverCommands = {
  /** Arguments: a document's URI, or nothing for every release. Forgets the answers, asks again, gives `CheckCounts`. */
  check: 'waybill.check',
  /** Argument: a document's URI, or nothing. Gives `OpenRelease[]`. */
  releases: 'waybill.releases',
  /** Gives `ListedRelease[]`. */
  layers: 'waybill.layers',
  /** Gives `PickableRegistry[]`. */
  registries: 'waybill.registries',
  /** Argument: a host. Waits for the registry, gives `PickedList`. */
  repositories: 'waybill.repositories',
  /** Arguments: a host, a repository. Waits for the registry, gives `PickedList`, the newest first. */
  tags: 'waybill.tags',
  /** Arguments: a document's URI, a position, `{host, repository, tag, digest}`. Gives `Insertion`, or null. */
  insertion: 'waybill.insertion',
  /** Arguments: a document's URI, a position in it. The server asks, shows progress and edits; gives whether it did. */
  mirror: 'waybill.mirror',
  /** Argument: the URI of a file of the release. The same for all of its public images. */
  mirrorRelease: 'waybill.mirrorRelease',
} as const;

export interface CheckCounts {
  /** Places that name an image. */
  readonly images: number;
  /** Those of them of which it is known whether the image exists. */
  readonly checked: number;
  readonly unchecked: number;
  readonly problems: number;
}

/** A release that a person may choose. */
export interface OpenRelease {
  /** Of its folder. */
  readonly uri: string;
  /** The app's slug; null where nothing says it. */
  readonly app: string | null;
  /** Whether the document is of it. */
  readonly holds: boolean;
}

/** A private ECR registry of an open release. */
export interface PickableRegistry {
  readonly host: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Whether Replicated can pull from it. */
  readonly linked: boolean;
}

export interface PickedList {
  readonly items: readonly PickedName[];
  readonly complete: boolean;
  /** Why it is not complete, for people. */
  readonly reason: string | null;
}

/** A repository or a tag of a list. The server gives figures as well; people read the words. */
export interface PickedName {
  readonly name: string;
  /** What is known of it: `pushed 2026-11-25 · 24 MB · linux/amd64`. */
  readonly detail: string | null;
}

/** How an image is put where the caret is. */
export interface Insertion {
  /** Of the document that the edits are for; null where the server does not have it open. */
  readonly version: number | null;
  readonly edits: readonly {
    readonly range: { readonly start: TextPosition; readonly end: TextPosition };
    readonly newText: string;
  }[];
}

interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** Schemes of the documents that the server makes up (`workspace/textDocumentContent`). The path is the real file's. */
export const virtualSchemes = {
  /** The objects of a manifest as they are installed. */
  deployed: 'waybill-deployed',
  /** The kustomization that the app manager writes for the release that holds the file. */
  midstream: 'waybill-midstream',
} as const;

/** A release with the files that the app manager would write for it. */
export interface ListedRelease {
  /** Of the release's folder. */
  readonly uri: string;
  readonly name: string;
  /** In a few words. */
  readonly scenario: string;
  readonly files: readonly LayerFile[];
  readonly problems: readonly LayerProblem[];
  /** What only a customer knows. */
  readonly unknown: readonly string[];
  /** What is only taken to be so, in sentences. */
  readonly assumed: readonly string[];
}

export interface LayerFile {
  readonly path: string;
  /** A document that the server makes up (`waybill-layer:`). */
  readonly uri: string;
  /** The URI of the workspace's file that it comes from. */
  readonly source: string | null;
}

export interface LayerProblem {
  /** '' where it is about the scenario. */
  readonly path: string;
  readonly message: string;
  readonly effect: 'refused' | 'skipped' | 'unseen';
  readonly source: string | null;
}

/** How a customer installs; what is left out is as by default. Files are paths, relative to the folder, or URIs. */
export interface ChosenScenario {
  readonly installer?: 'kots' | 'embedded-cluster-2' | 'embedded-cluster-3' | 'helm';
  readonly airgap?: boolean;
  readonly unknownsFail?: boolean;
  readonly localRegistry?: string;
  readonly localRegistryNamespace?: string;
  readonly proxyDomain?: string;
  readonly registryDomain?: string;
  readonly channel?: string;
  readonly versionLabel?: string;
  readonly config?: string;
  readonly license?: string;
  readonly installation?: string;
}

/** Notification to the server, `{ folder, scenario }`: a folder's scenario is another one now. */
export const didChooseScenario = 'waybill/didChooseScenario';

/** Notification from the server, without parameters: `waybill.layers` would give another list now. */
export const didChangeLayers = 'waybill/didChangeLayers';

/** Notification to the server, without parameters: the person now trusts the workspace. */
export const didGrantTrust = 'waybill/didGrantTrust';

/** Notification to the server, without parameters: the person is back at the window. */
export const didFocus = 'waybill/didFocus';

/** Notification to the server, without parameters: there may be credentials now that were missing or had expired. */
export const didSignIn = 'waybill/didSignIn';

/** Request from the server: may this account be asked, signed with the person's credentials? Answer: boolean. */
export const confirmAccount = 'waybill/confirmAccount';

export interface ConfirmAccountParams {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly host: string;
  /** The program that would be started to get credentials (`credential_process`). */
  readonly program?: string;
  /** The release whose images are to be asked about, as a path or name for people. */
  readonly release?: string;
}

/** Notification from the server: how its questions to registries fare. Sent whenever that changes. */
export const status = 'waybill/status';

export type RegistryState =
  | 'ok'
  | 'denied'
  | 'no-credentials'
  | 'session-expired'
  | 'throttled'
  | 'unreachable'
  | 'offline'
  | 'untrusted'
  | 'account-not-registered';

export interface RegistryStatus {
  readonly host: string;
  readonly state: RegistryState;
  /** A few words. */
  readonly text: string;
  /** The reason, and what to do about it, in a sentence or two. */
  readonly detail: string;
  /** As whom it was asked last: `AWS profile dev`, `environment credentials`, `anonymously`. */
  readonly as?: string | null;
  /** How many calls went out to it, and how many wait for their turn. */
  readonly calls?: number;
  readonly waiting?: number;
  /** When it may be asked again, where it limits requests: milliseconds since the epoch. */
  readonly throttledUntil?: number | null;
  /** The AWS profile that a person could sign in with. */
  readonly profile?: string | null;
  /** What the person could do about the state; null where that is nothing that a click can do. */
  readonly action?: 'sign-in' | null;
}

export interface StatusParams {
  readonly registries: readonly RegistryStatus[];
  /** Whether questions are under way. */
  readonly busy: boolean;
  /** How far the way from a public image to the private one is gone, as far as the server sees. */
  readonly facts?: Readonly<Record<string, boolean>>;
}

export interface InitializationOptions {
  /** Whether the workspace may cause network traffic. */
  readonly trusted: boolean;
  /** This client answers `waybill/confirmAccount`. */
  readonly confirm: true;
  /** This client shows `waybill/status`. */
  readonly status: true;
  /** The command that links a registry: its arguments are the host and a document's URI. */
  readonly linkCommand: string;
  /** As the setting `waybill.network` has it when the server starts; later changes come as configuration. */
  readonly network: string;
  /** AWS account → profile, likewise. */
  readonly awsProfiles: Readonly<Record<string, string>>;
  /** As the setting `waybill.inlayHints` has it, likewise. */
  readonly inlayHints: string;
  /** Folder's URI → its scenario when the server starts. */
  readonly scenarios: Readonly<Record<string, ChosenScenario>>;
  /** Where answers may be kept for the next start; absolute. */
  readonly cacheFolder: string;
}
