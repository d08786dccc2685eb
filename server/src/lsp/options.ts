/** What a client says when it starts the server, and never again. */
export interface Options {
  /** The app's slug; wins over what releases say. */
  readonly app: string | null;
  /** Whether the client can ask the person before an account is first asked with a signature. */
  readonly confirm: boolean;
  /**
   * Whether programs that AWS's configuration names for credentials (`credential_process`) may be started although the
   * client cannot ask the person.
   */
  readonly credentialProcess: boolean;
  /** Whether the client shows `waybill/status`. */
  readonly status: boolean;
  /** A command of the client that links a registry: see docs/language-server.md. Null where it has none. */
  readonly linkCommand: string | null;
  /** Where answers are kept for the next start: a folder, absolute. Null where the client names none. */
  readonly cacheFolder: string | null;
  /** Folder's URI → how the customer installs for whom its releases are previewed; see `waybill/didChooseScenario`. */
  readonly scenarios: Readonly<Record<string, unknown>>;
  /** How long a document has to rest before registries are asked about it, in milliseconds. */
  readonly restMs: number;
}

/** What may change while the server runs. */
export interface Settings {
  readonly enable: boolean;
  /** Untrusted: no network at all. */
  readonly trusted: boolean;
  readonly network: boolean;
  /** Whether digest and age are shown behind each image. */
  readonly inlayHints: boolean;
  /** AWS account → profile. */
  readonly awsProfiles: Readonly<Record<string, string>>;
}

const defaultRestMs = 300;

/** Reads `initializationOptions`. What is missing or of a wrong type has its default. */
export function readOptions(said: unknown, env: NodeJS.ProcessEnv): Options {
  const options = record(said);
  const rest =
    typeof options.restMs === 'number' ? options.restMs : Number.parseInt(env.WAYBILL_REST_MS ?? '', 10);
  return {
    app: typeof options.app === 'string' && options.app !== '' ? options.app : null,
    confirm: options.confirm === true,
    credentialProcess: options.credentialProcess === true,
    status: options.status === true,
    linkCommand:
      typeof options.linkCommand === 'string' && options.linkCommand !== '' ? options.linkCommand : null,
    cacheFolder:
      typeof options.cacheFolder === 'string' && options.cacheFolder !== '' ? options.cacheFolder : null,
    scenarios: record(options.scenarios),
    restMs: Number.isFinite(rest) && rest >= 0 ? rest : defaultRestMs,
  };
}

/** The settings at start: trusted unless `initializationOptions` say otherwise. */
export function initialSettings(said: unknown): Settings {
  const trusted = record(said).trusted !== false;
  return withSection({ enable: true, trusted, network: true, inlayHints: false, awsProfiles: {} }, said);
}

/** The settings with what the configuration's section `waybill` says; what it leaves out stays. Never changes trust. */
export function withSection(settings: Settings, said: unknown): Settings {
  const { enable, network, inlayHints, awsProfiles } = record(said);
  return {
    trusted: settings.trusted,
    enable: typeof enable === 'boolean' ? enable : settings.enable,
    network: onOrOff(network) ?? settings.network,
    inlayHints: onOrOff(inlayHints) ?? settings.inlayHints,
    awsProfiles: isRecord(awsProfiles) ? onlyTexts(awsProfiles) : settings.awsProfiles,
  };
}

/** A switch, as VS Code's settings or plain JSON have it; null where it is none. */
const onOrOff = (value: unknown): boolean | null =>
  typeof value === 'boolean' ? value : value === 'on' ? true : value === 'off' ? false : null;

const onlyTexts = (value: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
