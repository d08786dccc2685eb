type Sdk = typeof import('./sdk.ts');
type Profiles = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;

/** What a profile of AWS's own files needs before it gives credentials, itself or by those that it builds on. */
export interface ProfileNeeds {
  /** Whether there is such a profile at all. */
  readonly known: boolean;
  /** The program that would be started, and the profile that names it. */
  readonly program: { readonly profile: string; readonly command: string } | null;
  /** The profile that wants the code of an MFA device. */
  readonly mfa: string | null;
  /** The command that signs in to the session that the profile lives on. */
  readonly signIn: string | null;
}

/**
 * Reads AWS's shared files with the SDK's own loader (always anew, and so for the SDK's next look too) and follows
 * `source_profile`. Starts nothing and connects to nobody.
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
export async function profileNeeds(sdk: Sdk, profile: string): Promise<ProfileNeeds> {
  const { configFile, credentialsFile } = await sdk.loadSharedConfigFiles({ ignoreCache: true });
  const chain = chainOf(profile, merged(configFile, credentialsFile));
  const first = <T>(pick: (name: string, section: Profiles[string]) => T | null): T | null => {
    for (const [name, section] of chain) {
      const picked = pick(name, section);
      if (picked !== null) return picked;
    }
    return null;
  };
  return {
    known: chain.length > 0,
    program: first((name, { credential_process: command, ...rest }) =>
      command && !hasKeys(rest) ? { profile: name, command } : null,
    ),
    // Without a role the line is for other tools.
    mfa: first((name, section) => (section.mfa_serial && section.role_arn ? name : null)),
    signIn: first((name, section) => {
      if (section.login_session) return `aws login --profile ${quoted(name)}`;
      return section.sso_session || section.sso_start_url ? `aws sso login --profile ${quoted(name)}` : null;
    }),
  };
}

/** The credentials file wins, as in the SDK. */
function merged(config: Profiles, credentials: Profiles): Profiles {
  const names = new Set([...Object.keys(config), ...Object.keys(credentials)]);
  return Object.fromEntries([...names].map((name) => [name, { ...config[name], ...credentials[name] }]));
}

/** The profile and those that it takes its credentials from, each once. */
function chainOf(profile: string, profiles: Profiles): [string, Profiles[string]][] {
  const chain = new Map<string, Profiles[string]>();
  for (let name: string | undefined = profile; name !== undefined && !chain.has(name); ) {
    const section: Profiles[string] | undefined = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (section === undefined) break;
    chain.set(name, section);
    name = hasKeys(section) ? undefined : section.source_profile;
  }
  return [...chain];
}

/** Whether a profile has keys of its own, so that it builds on nothing else. */
const hasKeys = (section: Profiles[string]): boolean =>
  Boolean(section.aws_access_key_id && section.aws_secret_access_key && !section.role_arn);

/** A profile's name as a shell takes it. */
const quoted = (name: string): string => (/^[\w.@/+-]+$/.test(name) ? name : `"${name}"`);
