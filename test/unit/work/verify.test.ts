import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../../server/src/core/knowledge/knowledge.ts';
import { podOf } from '../../../server/src/io/cluster/pods.ts';
import { judge, unseen } from '../../../server/src/work/verify/judge.ts';
import type { ExpectedImage } from '../../../server/src/work/verify/model.ts';

const ECR = '429114214526.dkr.ecr.us-east-2.amazonaws.com/demo-apps/nginx:1.2.0';
const PROXIED = `proxy.replicated.com/proxy/mysampleecrapp/${ECR}`;
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

const verdict = (change: Partial<Verdict> = {}): Verdict => ({
  status: 'exists',
  detail: null,
  digest: digest('a'),
  reason: '',
  checkedAt: 0,
  from: 'Amazon ECR us-east-2, account 429114214526',
  ...change,
});

const expected = (change: Partial<ExpectedImage> = {}): ExpectedImage => ({
  written: ECR,
  place: 'deployment.yaml:16',
  deployed: PROXIED,
  pullSecret: 'mysampleecrapp-registry',
  assumed: false,
  verdict: verdict(),
  linked: true,
  proxied: true,
  local: false,
  ...change,
});

/** A pod with one container, as the Kubernetes API gives it. */
function pod(
  image: string,
  {
    running,
    waiting,
    message = '',
    secrets = ['mysampleecrapp-registry'],
  }: {
    readonly running?: string;
    readonly waiting?: string;
    readonly message?: string;
    readonly secrets?: readonly string[];
  },
) {
  return podOf({
    metadata: { name: 'nginx-1', namespace: 'default', labels: { 'kots.io/app-slug': 'mysampleecrapp' } },
    spec: {
      containers: [{ name: 'nginx', image }],
      imagePullSecrets: secrets.map((name) => ({ name })),
    },
    status: {
      phase: waiting === undefined ? 'Running' : 'Pending',
      containerStatuses: [
        {
          name: 'nginx',
          imageID: running ?? '',
          state: waiting === undefined ? { running: {} } : { waiting: { reason: waiting, message } },
        },
      ],
    },
  });
}

const platforms = new Set([digest('a'), digest('c')]);

async function finding(
  one: ReturnType<typeof pod>,
  wanted: ExpectedImage = expected(),
  options: { readonly digests?: ReadonlySet<string> | null; readonly said?: readonly string[] } = {},
): Promise<string> {
  const { digests = platforms, said = [] } = options;
  const [found] = await judge([one], [wanted], {
    digestsOf: async () => digests,
    said: () => said,
  });
  return `${found?.finding}: ${found?.message}`;
}

test('the digest that the registry has is right, and so is one of its platforms', async () => {
  assert.match(
    await finding(pod(PROXIED, { running: `${PROXIED}@${digest('a')}` })),
    /^right: sha256:a+ runs/,
  );
  assert.match(
    await finding(pod(PROXIED, { running: `docker-pullable://x@${digest('c')}` })),
    /^right: .*one platform of sha256:a/,
  );
});

test('another digest is told from one that cannot be compared', async () => {
  const other = pod(PROXIED, { running: `${PROXIED}@${digest('b')}` });
  assert.match(await finding(other), /^other-digest: sha256:b+ runs, but .*is sha256:a+ now/);
  assert.match(await finding(other, expected(), { digests: null }), /^unknown: /);
  assert.match(
    await finding(pod(PROXIED, { running: digest('b') })),
    /^unknown: .*does not tell which digest/,
  );
  const unreachable = expected({
    verdict: verdict({ status: 'unreachable', digest: null, reason: 'No network.' }),
  });
  assert.match(await finding(other, unreachable), /^unknown: .*No network\./);
});

test('an image that is pulled past the proxy is from before the rewriting', async () => {
  assert.match(
    await finding(pod(ECR, { running: `${ECR}@${digest('a')}` })),
    /^not-proxied: .*would write proxy/,
  );
});

test('a pod without the pull secret is wrong, whether its image is there or not', async () => {
  const running = pod(PROXIED, { running: `${PROXIED}@${digest('a')}`, secrets: ['other'] });
  assert.match(await finding(running), /^wrong-secret: .*pull secret other and not mysampleecrapp-registry/);
  const failing = pod(PROXIED, { waiting: 'ErrImagePull', message: '401 Unauthorized', secrets: [] });
  assert.match(await finding(failing), /^wrong-secret: .*no pull secret and not mysampleecrapp-registry/);
});

test('a failed pull is explained by what registry and portal say', async () => {
  const failed = (message: string, reason = 'ErrImagePull') => pod(PROXIED, { waiting: reason, message });
  const notFound = `rpc error: code = NotFound desc = failed to pull and unpack image "${PROXIED}": not found`;
  assert.match(
    await finding(failed(notFound), expected({ linked: false })),
    /^pull-failed: Its registry is not linked .*waybill registry add/,
  );
  const absent = verdict({ status: 'absent', detail: 'tag', digest: null, reason: 'ECR has no tag 1.2.0.' });
  assert.match(
    await finding(failed(notFound), expected({ verdict: absent })),
    /^pull-failed: .*does not exist: ECR has no tag 1\.2\.0\./,
  );
  assert.match(await finding(failed(notFound)), /^pull-failed: .*linked key may not read that repository/);
  assert.match(
    await finding(failed('no match for platform in manifest: not found')),
    /^pull-failed: .*no image for this node's platform/,
  );
  assert.match(
    await finding(failed('failed to authorize: 401 Unauthorized')),
    /^pull-failed: .*refused the customer's licence/,
  );
  assert.match(
    await finding(failed('dial tcp: lookup proxy.replicated.com: no such host')),
    /does not reach/,
  );
});

test('a back-off takes its cause from the events', async () => {
  const waiting = pod(PROXIED, {
    waiting: 'ImagePullBackOff',
    message: `Back-off pulling image "${PROXIED}"`,
  });
  const said = [`Failed to pull image "${PROXIED}": 429 Too Many Requests`];
  assert.match(
    await finding(waiting, expected(), { said }),
    /^pull-failed: The registry allows no more pulls/,
  );
});

test('a pod that has not pulled yet is neither right nor wrong', async () => {
  assert.match(
    await finding(pod(PROXIED, { waiting: 'ContainerCreating' })),
    /^pending: .*not pulled yet \(ContainerCreating\)/,
  );
});

test('what no pod has is named once', async () => {
  const wanted = [expected(), expected({ place: 'cron.yaml:4' })];
  const none = await judge([], wanted, { digestsOf: async () => null, said: () => [] });
  assert.deepEqual(
    unseen(wanted, none).map(({ place }) => place),
    ['deployment.yaml:16'],
  );
});
