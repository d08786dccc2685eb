import { stat } from 'node:fs/promises';
import { mirrorableOf } from '../../core/features/mirrorable.ts';
import { connectCluster } from '../../io/cluster/client.ts';
import { ClusterError } from '../../io/cluster/cluster-error.ts';
import { readKubeconfig } from '../../io/cluster/kubeconfig.ts';
import { linkedFor } from '../../io/vendor/registries.ts';
import { podsOfApp } from '../../work/verify/pods-of-app.ts';
import { commands } from '../commands.ts';
import { openPortal, type Portal } from '../portal.ts';
import type { Asking } from '../release/confirm.ts';
import { namedReleases, openWorkspace } from '../workspace.ts';
import { lookAround } from './in-place.ts';
import type { Facts, Way } from './steps.ts';

/** Runs a command of this very program, as if it were typed. @returns its exit code */
export async function runCommand([name = '', ...rest]: readonly string[]): Promise<number> {
  const command = commands.find((one) => one.name === name);
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  return (await command.load()).run(rest);
}

/** The facts as the portal, AWS, the cluster and the disk have them. */
export function factsOf(way: Way, install: Facts['install'], asking: Asking | null): Facts {
  let portal: Promise<Portal> | null = null;
  const client = async () => {
    portal ??= openPortal();
    return (await portal).client;
  };
  const appIn = async (signal: AbortSignal) =>
    (await (await client()).listApps(signal)).find(({ slug }) => slug === way.app) ?? null;
  return {
    install,
    say: (text) => void process.stdout.write(`${text}\n`),
    inPlace: (signal) => lookAround(way, signal),
    hasApp: async (signal) => (await appIn(signal)) !== null,
    async hasFiles() {
      if (!(await exists(way.folder))) return false;
      return namedReleases(await openWorkspace([way.folder], { environment: process.env })).length > 0;
    },
    async current(signal) {
      const app = await appIn(signal);
      if (app === null) return null;
      const channels = await (await client()).listChannels(app.id, signal);
      const channel = channels.find(({ name, slug }) => name === way.channel || slug === way.channel);
      if (channel === undefined || channel.releaseSequence === null) return null;
      return channel.currentVersion || `release ${channel.releaseSequence}`;
    },
    hasLicence: () => exists(way.licence),
    async namesPrivate() {
      const { session, named } = await openWorkspace([way.folder], { environment: process.env });
      const { moves, collisions } = mirrorableOf(session.snapshot, named);
      return moves.length === 0 && collisions.length === 0;
    },
    async isLinked(signal) {
      const app = await appIn(signal);
      const linked = await (await client()).listExternalRegistries(signal);
      return linkedFor(linked, way.registry.host, app === null ? null : [app.id]) !== null;
    },
    async hasPods(signal) {
      try {
        const access = await readKubeconfig({ env: process.env });
        const cluster = connectCluster(access, process.env);
        try {
          const { pods } = await podsOfApp(cluster, access.namespace, way.app, signal);
          return pods.some(({ appSlug }) => appSlug === way.app);
        } finally {
          cluster.close();
        }
      } catch (error) {
        // Where there is no cluster yet, nothing is installed either.
        if (error instanceof ClusterError) return false;
        throw error;
      }
    },
    async byHand(command, signal) {
      const code = await runCommand(command);
      if (code !== 0) return code;
      process.stdout.write('That is done where the app is installed, not here.\n');
      if (!asking?.interactive) return null;
      await asking.ask('Press Enter when it is done. ', signal);
      return 0;
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
