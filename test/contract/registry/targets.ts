import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Quirks, startSandbox } from '../../../sandbox/src/index.ts';
import { ecrRegistry } from '../../../sandbox/src/store/repository.ts';
import { startPeer } from '../support/peers.ts';
import { signedCall } from '../support/signed.ts';
import type { RegistryTarget } from './target.ts';

interface Started {
  readonly target: RegistryTarget;
  close(): Promise<void>;
}

/** The sandbox's ECR registry, on disk or in memory, with a token as a client gets it. */
export async function sandboxTarget(quirks: Partial<Quirks>, onDisk: boolean): Promise<Started> {
  const folder = onDisk ? mkdtempSync(join(tmpdir(), 'waybill-sandbox-')) : null;
  const sandbox = await startSandbox({ quirks, dataDir: folder, empty: true });
  const answer = await signedCall(sandbox, 'GetAuthorizationToken', {});
  const [data] = answer.body.authorizationData as { authorizationToken: string }[];
  const registry = ecrRegistry(sandbox.accountId, sandbox.region);
  return {
    target: {
      url: sandbox.registryUrl,
      authorization: `Basic ${data?.authorizationToken}`,
      prepare: async (repository) => {
        sandbox.store.createRepository(registry, repository);
      },
    },
    close: async () => {
      await sandbox.close();
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The reference implementation of the distribution-spec, as Debian packages it, on an empty folder. */
export async function dockerRegistryTarget(program: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-docker-registry-'));
  const config = {
    version: '0.1',
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0' },
    auth: { htpasswd: { realm: 'sandbox', path: join(folder, 'htpasswd') } },
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  // The bcrypt hash of "sandbox", of the lowest cost.
  const hash = '$2y$04$0cznq1Or.CX04EX1s4XWYO0gDPCyT2w4ATqz/PbeQ1EzlfyTF953q';
  writeFileSync(join(folder, 'htpasswd'), `AWS:${hash}\n`);
  const peer = await startPeer(program, ['serve', join(folder, 'config.yml')], /listening on ([\d.]+:\d+)/);
  return {
    target: {
      url: peer.url,
      authorization: `Basic ${Buffer.from('AWS:sandbox').toString('base64')}`,
      prepare: async () => {},
    },
    close: async () => {
      await peer.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
