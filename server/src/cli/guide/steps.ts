import type { InPlace } from './in-place.ts';

/** One step of the way from a public image to verified pods. */
export interface Step {
  /** In the imperative, for people. */
  readonly title: string;
  /** Why, in one sentence. */
  readonly why: string;
  /** What is run, as one would type it behind `waybill`; null for what is done elsewhere. */
  readonly command: readonly string[] | null;
  /** The fact by which the step is done already, as a sentence; null where it is not. Asks, and changes nothing. */
  done(signal: AbortSignal): Promise<string | null>;
  /** In the place of a command. @returns an exit code; null where it is left to somebody else, who was told */
  run?(signal: AbortSignal): Promise<number | null>;
  /** What to do where the command ended well and the step is still not done: a sentence. */
  readonly missed?: string;
}

/** What the steps are about. */
export interface Way {
  /** The release's folder. */
  readonly folder: string;
  readonly app: string;
  readonly channel: string;
  /** A private registry of ECR, and the prefix of the repositories in it; empty for none. */
  readonly registry: { readonly host: string; readonly prefix: string };
  readonly customer: string;
  /** Where the customer's licence is kept: beside the release and never in it. */
  readonly licence: string;
}

/** What the steps ask to know whether they are done, and do where no command does it. */
export interface Facts {
  /** What the way needs, and whether it is there. */
  inPlace(signal: AbortSignal): Promise<readonly InPlace[]>;
  hasApp(signal: AbortSignal): Promise<boolean>;
  hasFiles(): Promise<boolean>;
  /** The version that is current on the channel; null where none was promoted. */
  current(signal: AbortSignal): Promise<string | null>;
  hasLicence(): Promise<boolean>;
  /** Whether no public image of the release is left that has a private path. */
  namesPrivate(): Promise<boolean>;
  isLinked(signal: AbortSignal): Promise<boolean>;
  /** Whether pods of the app run. */
  hasPods(signal: AbortSignal): Promise<boolean>;
  /** Brings the channel's current release to the cluster; null where only a person can. */
  readonly install: ((signal: AbortSignal) => Promise<string>) | null;
  /**
   * Says how the customer installs or upgrades, and waits for the person who does.
   * @returns an exit code; null where nobody could be asked
   */
  byHand(command: readonly string[], signal: AbortSignal): Promise<number | null>;
  say(text: string): void;
}

const never = async (): Promise<null> => null;

/**
 * The guide "Using ECR for private images" (docs.replicated.com, tutorial-ecr-private-images), from an empty folder to
 * verified pods. Each step may be run again: what is there is not made twice.
 */
export function stepsOf(way: Way, facts: Facts): readonly Step[] {
  const { folder, app, channel, registry, customer, licence } = way;
  const home = registry.prefix === '' ? registry.host : `${registry.host}/${registry.prefix}`;
  const deploy = (title: string, why: string, done: Step['done'], missed?: string): Step => ({
    title,
    why,
    command: null,
    done,
    ...(missed === undefined ? {} : { missed }),
    async run(signal) {
      if (facts.install === null)
        return facts.byHand(
          ['customer', 'install', customer, '--app', app, '--channel', channel, '--out', licence],
          signal,
        );
      facts.say(await facts.install(signal));
      return 0;
    },
  });
  const named = async (): Promise<string | null> =>
    (await facts.namesPrivate()) ? 'The release names its private images.' : null;
  return [
    {
      title: 'See that all is in place',
      why: 'Your AWS identity, the vendor portal and the folder: what is missing is told before anything is begun.',
      command: null,
      done: never,
      async run(signal) {
        const found = await facts.inPlace(signal);
        for (const { ok, text } of found) facts.say(`${ok ? ' ' : '✗'} ${text}`);
        if (found.every(({ ok }) => ok)) return 0;
        facts.say('Nothing was begun.');
        return 1;
      },
    },
    {
      title: 'Make the app in the vendor portal',
      why: 'Releases, channels and customers belong to an app.',
      command: ['app', 'create', app],
      done: async (signal) => ((await facts.hasApp(signal)) ? `The portal has the app ${app}.` : null),
      missed: `The portal gave the app another slug, because ${app} is taken. \`waybill app ls\` lists it: go on with --app and that slug.`,
    },
    {
      title: 'Begin a release',
      why: 'The files of a new app; its Deployment names the public image nginx.',
      command: ['release', 'init', folder, '--app', app, '--registry', home],
      done: async () => ((await facts.hasFiles()) ? `There is a release in ${folder}.` : null),
    },
    {
      title: `Release it to ${channel} as it is`,
      why: 'So that there is a before: the cluster pulls the public image.',
      command: ['release', 'push', folder, '--app', app, '--channel', channel, '--yes'],
      async done(signal) {
        const version = await facts.current(signal);
        return version === null ? null : `${channel} has ${version} already.`;
      },
    },
    {
      title: 'Create a customer and get the licence',
      why: 'A customer installs from a channel, with a licence that opens the proxy.',
      command: ['customer', 'create', customer, '--app', app, '--channel', channel, '--out', licence],
      done: async () => ((await facts.hasLicence()) ? `The licence is in ${licence}.` : null),
    },
    deploy(
      'Install it',
      'As the customer does.',
      async (signal) => ((await facts.hasPods(signal)) ? `Pods of ${app} are there.` : null),
      `No pod of ${app} is seen. The current context of your kubeconfig must be the cluster that it is installed in, and its namespace the one that it is installed in, or ${app}.`,
    ),
    {
      title: 'Mirror the public images into your registry',
      why: 'All platforms, byte for byte; the repository is made where it is missing.',
      command: ['mirror', '--release', folder, '--create'],
      done: named,
    },
    {
      title: 'Name the private images',
      why: 'Each public image becomes its private path, where that is there now. That the proxy cannot pull from there yet is the next step.',
      command: ['check', folder, '--fix'],
      done: named,
    },
    {
      title: 'Link the registry',
      why: 'A user of IAM that can pull these images and nothing else; its key goes straight to the portal.',
      command: ['registry', 'add', registry.host, folder, '--create-user', '--apps', app],
      done: async (signal) => ((await facts.isLinked(signal)) ? `${registry.host} is linked.` : null),
    },
    {
      title: `Release it to ${channel}`,
      why: 'Checked first; the same content is never released twice.',
      command: ['release', 'push', folder, '--app', app, '--channel', channel, '--yes'],
      done: never,
    },
    deploy('Upgrade the customer', 'Check for updates, and deploy.', never),
    {
      title: 'Verify what the cluster pulled',
      why: 'Through the proxy, with the right secret, and the digest that your registry has.',
      command: ['verify', folder, '--app', app],
      done: never,
    },
  ];
}
