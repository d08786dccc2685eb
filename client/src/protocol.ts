/**
 * What client and server say to each other beyond LSP: method names and plain data. The server has the same shapes in
 * its own words; nothing is shared but JSON.
 */

/** Request to the server: a command that it runs (`workspace/executeCommand`). */
export const serverCommands = {
  /** Arguments: a document's URI, or nothing for every release. Forgets the answers, asks again, gives `CheckCounts`. */
  check: 'waybill.check',
} as const;

export interface CheckCounts {
  /** Places that name an image. */
  readonly images: number;
  /** Those of them of which it is known whether the image exists. */
  readonly checked: number;
  readonly unchecked: number;
  readonly problems: number;
}

/** Schemes of the documents that the server makes up (`workspace/textDocumentContent`). The path is the real file's. */
export const virtualSchemes = {
  /** A manifest as the app manager deploys it. */
  deployed: 'waybill-deployed',
  /** The kustomization that the app manager writes for the release that holds the file. */
  midstream: 'waybill-midstream',
} as const;

/** Notification to the server, without parameters: the person now trusts the workspace. */
export const didGrantTrust = 'waybill/didGrantTrust';

/** Request from the server: may this account be asked, signed with the person's credentials? Answer: boolean. */
export const confirmAccount = 'waybill/confirmAccount';

export interface ConfirmAccountParams {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly host: string;
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
}

export interface StatusParams {
  readonly registries: readonly RegistryStatus[];
  /** Whether questions are under way. */
  readonly busy: boolean;
}

export interface InitializationOptions {
  /** Whether the workspace may cause network traffic. */
  readonly trusted: boolean;
  /** This client answers `waybill/confirmAccount`. */
  readonly confirm: true;
  /** This client shows `waybill/status`. */
  readonly status: true;
  /** As the setting `waybill.network` has it when the server starts; later changes come as configuration. */
  readonly network: string;
  /** AWS account → profile, likewise. */
  readonly awsProfiles: Readonly<Record<string, string>>;
}
