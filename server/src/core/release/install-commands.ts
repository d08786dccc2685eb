/** For whom and from where an app is installed. */
export interface Installation {
  /** The app's slug. */
  readonly app: string;
  /** The channel's slug. */
  readonly channel: string;
  /** Names of the release's charts. */
  readonly charts: readonly string[];
  /** Whether the release has a Config of Embedded Cluster. */
  readonly embeddedCluster: boolean;
  /** Whether the release has kinds of the app manager. */
  readonly kots: boolean;
  /** The file that the licence is in. */
  readonly licence: string;
  /** Empty where it is not known. */
  readonly email: string;
  /** The hosts that customers reach Replicated by. */
  readonly registryDomain: string;
  readonly airgap: boolean;
}

/** How an app is installed and upgraded by one installer: lines for a shell; `#` begins what is for people. */
export interface InstallCommands {
  readonly installer: 'kots' | 'embedded-cluster' | 'helm';
  readonly title: string;
  readonly install: readonly string[];
  readonly upgrade: readonly string[];
}

/**
 * The commands by which a customer installs a release and upgrades it. The licence's id is a secret and never among them:
 * they read it from the licence's file. Source: docs.replicated.com, "Installing with KOTS", "Embedded Cluster" and "Helm".
 */
export function installCommands(of: Installation): InstallCommands[] {
  return [
    ...(of.kots ? [kots(of)] : []),
    ...(of.embeddedCluster ? [embeddedCluster(of)] : []),
    ...(of.charts.length > 0 ? [helm(of)] : []),
  ];
}

/** The Stable channel is the one that is meant where none is named. */
const upstream = ({ app, channel }: Installation): string =>
  channel === 'stable' ? app : `${app}/${channel}`;

const licenceId = ({ licence }: Installation): string =>
  `LICENSE_ID=$(sed -n 's/^ *licenseID: *"\\{0,1\\}\\([^"]*\\)"\\{0,1\\}$/\\1/p' ${quoted(licence)})`;

function kots(of: Installation): InstallCommands {
  const { app, licence, airgap } = of;
  return {
    installer: 'kots',
    title: 'KOTS, in a cluster that is there',
    install: [
      'curl https://kots.io/install | bash',
      airgap
        ? `kubectl kots install ${upstream(of)} --namespace ${app} --license-file ${quoted(licence)} --airgap-bundle ${app}.airgap --kotsadm-registry REGISTRY --registry-username USER --registry-password PASSWORD`
        : `kubectl kots install ${upstream(of)} --namespace ${app} --license-file ${quoted(licence)}`,
    ],
    upgrade: airgap
      ? [`kubectl kots upstream upgrade ${app} --namespace ${app} --airgap-bundle ${app}.airgap --deploy`]
      : [
          '# Checks for updates and deploys the newest, as "Check for update" and "Deploy" in the Admin Console do.',
          `kubectl kots upstream upgrade ${app} --namespace ${app} --deploy`,
        ],
  };
}

function embeddedCluster(of: Installation): InstallCommands {
  const { app, channel, licence, airgap } = of;
  const file = `${app}-${channel}.tgz`;
  const fetch = [
    licenceId(of),
    `curl -f "https://replicated.app/embedded/${app}/${channel}${airgap ? '?airgap=true' : ''}" -H "Authorization: $LICENSE_ID" -o ${file}`,
    `tar -xvzf ${file}`,
  ];
  return {
    installer: 'embedded-cluster',
    title: 'Embedded Cluster, on a machine without a cluster',
    install: [
      ...fetch,
      `sudo ./${app} install --license ${quoted(licence)}${airgap ? ` --airgap-bundle ${app}.airgap` : ''}`,
    ],
    upgrade: airgap
      ? [...fetch, `sudo ./${app} update --airgap-bundle ${app}.airgap`]
      : [
          `sudo ./${app} admin-console`,
          '# In the Admin Console: Version history, "Check for update", then "Deploy".',
        ],
  };
}

function helm(of: Installation): InstallCommands {
  const { charts, email, registryDomain } = of;
  const chart = (name: string): string => `oci://${registryDomain}/${upstream(of)}/${name}`;
  const login = [
    licenceId(of),
    `echo "$LICENSE_ID" | helm registry login ${registryDomain} --username ${quoted(email === '' ? 'CUSTOMER-EMAIL' : email)} --password-stdin`,
  ];
  return {
    installer: 'helm',
    title: 'Helm, in a cluster that is there',
    install: [...login, ...charts.map((name) => `helm install ${name} ${chart(name)}`)],
    upgrade: [...login, ...charts.map((name) => `helm upgrade ${name} ${chart(name)}`)],
  };
}

/** A word of a shell, in quotes where it needs them. */
const quoted = (word: string): string =>
  /^[\w./@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
