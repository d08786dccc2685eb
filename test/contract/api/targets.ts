import { startSandbox } from '../../../sandbox/src/index.ts';
import { ecrRegistry } from '../../../sandbox/src/store/repository.ts';
import { startPeer } from '../support/peers.ts';
import { type ApiTarget, clientOf } from './target.ts';

interface Started {
  readonly target: ApiTarget;
  close(): Promise<void>;
}

export async function sandboxApi(): Promise<Started> {
  const sandbox = await startSandbox({ empty: true });
  const { accountId, region, store } = sandbox;
  return {
    target: {
      client: clientOf(sandbox.url, region, sandbox.env.AWS_ACCESS_KEY_ID ?? ''),
      accountId,
      region,
      addBlobs: async (name, image) => {
        const repository = store.repository(ecrRegistry(accountId, region), name);
        if (repository === null) throw new Error(`There is no repository ${name}.`);
        for (const blob of [image.config, image.layer]) await store.putBlob(repository, blob);
      },
    },
    close: sandbox.close,
  };
}

/** moto, the mock of AWS in Python: a second opinion on names and messages. It wants no layers. */
export async function motoApi(program: string): Promise<Started> {
  const peer = await startPeer(program, ['-H', '127.0.0.1', '-p', '0'], /Running on http:\/\/([\d.]+:\d+)/);
  const region = 'us-east-2';
  return {
    target: {
      client: clientOf(peer.url, region, 'testing'),
      accountId: '123456789012',
      region,
      addBlobs: async () => {},
    },
    close: peer.close,
  };
}
