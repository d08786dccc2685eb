import type { ReplicatedDomains } from '../../core/image/hosts.ts';
import { canonical, normalize } from '../../core/image/normal.ts';
import { parseReference } from '../../core/image/parse.ts';
import { peel } from '../../core/image/proxied.ts';
import type { Pod, PodContainer } from '../../io/cluster/pods.ts';
import type { ExpectedImage, Finding, Verified } from './model.ts';
import { isPullFailure } from './pull-error.ts';
import { whyNotPulled } from './why-not-pulled.ts';

export interface JudgeOptions<E extends ExpectedImage> {
  /**
   * All digests that stand for an image at its registry: its own, and those of its platforms, which some runtimes tell
   * instead. Null where that could not be found out.
   */
  readonly digestsOf: (expected: E) => Promise<ReadonlySet<string> | null>;
  /** What the kubelet said of a pod beside its status. */
  readonly said: (pod: Pod) => readonly string[];
  /** Where Replicated's proxy is; its default unless told. */
  readonly domains?: ReplicatedDomains;
}

/** Holds the containers of pods against what a release deploys. */
export async function judge<E extends ExpectedImage>(
  pods: readonly Pod[],
  expected: readonly E[],
  options: JudgeOptions<E>,
): Promise<readonly Verified[]> {
  const byDeployed = new Map<string, E>();
  const byWritten = new Map<string, E>();
  for (const one of expected) {
    byDeployed.set(nameOf(one.deployed), one);
    if (!byWritten.has(nameOf(one.written))) byWritten.set(nameOf(one.written), one);
  }
  const found: Verified[] = [];
  for (const pod of pods)
    for (const container of pod.containers) {
      const name = nameOf(container.image);
      const right = byDeployed.get(name) ?? null;
      const past =
        right !== null
          ? null
          : (byWritten.get(name) ??
            byWritten.get(behindProxy(container.image, options)) ??
            // A local registry keeps the last part of a name, in whatever namespace.
            expected.find((one) => one.local && lastPart(one.deployed) === lastPart(container.image)) ??
            null);
      const [finding, message] =
        past !== null
          ? pastProxy(container, past)
          : right !== null
            ? await contentOf(pod, container, right, options)
            : (['not-in-release', strange(container.image, expected)] as const);
      found.push({ pod, container, expected: right ?? past, finding, message });
    }
  return found;
}

/** The expected images that no pod has, each once. */
export function unseen(
  expected: readonly ExpectedImage[],
  verified: readonly Verified[],
): readonly ExpectedImage[] {
  const seen = new Set(verified.flatMap(({ expected: one }) => (one === null ? [] : [one.deployed])));
  return expected.filter(
    ({ deployed }, i) => !seen.has(deployed) && expected.findIndex((one) => one.deployed === deployed) === i,
  );
}

function nameOf(image: string): string {
  const parsed = parseReference(image);
  return parsed.ok ? canonical(normalize(parsed.reference), { defaultTag: true }) : image;
}

const lastPart = (image: string): string | undefined => nameOf(image).split('/').at(-1);

/** What the proxy fetches for an image; empty for one that does not go through it. */
function behindProxy(image: string, { domains = {} }: Pick<JudgeOptions<ExpectedImage>, 'domains'>): string {
  const parsed = parseReference(image);
  const upstream = parsed.ok ? (peel(parsed.reference, domains)?.upstream ?? null) : null;
  return upstream === null ? '' : canonical(upstream, { defaultTag: true });
}

/** What is said of an image that the release does not name: maybe its last part alone was kept of one. */
function strange(image: string, expected: readonly ExpectedImage[]): string {
  const said = `The release names no image ${image}.`;
  const alike = expected.find((one) => !one.local && lastPart(one.written) === lastPart(image));
  if (alike === undefined) return said;
  return `${said} Where the app is installed with a local registry, name that: --local-registry ${image.split('/', 1)[0]}. It then stands for ${alike.written}.`;
}

const pastProxy = (
  container: PodContainer,
  { deployed, local }: ExpectedImage,
): readonly [Finding, string] => [
  'not-proxied',
  local
    ? `It is pulled as ${container.image}, where the app manager would write ${deployed}, in the local registry. This pod is from before that registry was set so: deploy the version again.`
    : `It is pulled as ${container.image}, where the app manager would write ${deployed}. This pod is from before that, or was not deployed by the app manager: check for updates and deploy the new version.`,
];

async function contentOf<E extends ExpectedImage>(
  pod: Pod,
  container: PodContainer,
  expected: E,
  { digestsOf, said }: JudgeOptions<E>,
): Promise<readonly [Finding, string]> {
  const { pullSecret, deployed, verdict, proxied, local } = expected;
  const lacksSecret = pullSecret !== null && !pod.pullSecrets.includes(pullSecret);
  const failed = isPullFailure(container.waiting);
  // A local registry may ask nobody for a login.
  if (lacksSecret && (proxied || (local && failed)))
    return ['wrong-secret', secretMessage(pod, pullSecret, expected)];
  if (failed) return ['pull-failed', whyNotPulled(container, expected, said(pod))];
  const { digest } = container;
  if (digest === null)
    return container.waiting === null && pod.phase !== 'Pending'
      ? ['unknown', `${deployed} runs; its runtime does not tell which digest.`]
      : ['pending', `${deployed} is not pulled yet (${container.waiting ?? pod.phase}).`];
  if (verdict?.status !== 'exists' || verdict.digest === null)
    return [
      'unknown',
      `${digest} runs; which one its registry has now is not known${verdict === null ? '' : `: ${verdict.reason}`}`,
    ];
  if (digest === verdict.digest)
    return ['right', `${digest} runs${local ? ' from the local registry' : ''}, as its registry has it.`];
  const digests = await digestsOf(expected);
  if (digests?.has(digest) === true)
    return ['right', `${digest} runs, which is one platform of ${verdict.digest}.`];
  if (digests === null)
    return [
      'unknown',
      `${digest} runs; ${verdict.digest} is what its registry has now, and whether that holds the other could not be found out.`,
    ];
  return [
    'other-digest',
    `${digest} runs, but ${expected.written} is ${verdict.digest} now (${verdict.from ?? 'its registry'}). ${
      local
        ? 'The local registry has what was copied there: deploy the version again, with its images.'
        : 'The tag was moved after the pod was started: restart it, or use a tag that does not move.'
    }`,
  ];
}

const secretMessage = ({ pullSecrets }: Pod, wanted: string, { local }: ExpectedImage): string =>
  `Its pod has ${pullSecrets.length === 0 ? 'no pull secret' : `the pull secret ${pullSecrets.join(', ')}`} and not ${wanted}, which the app manager adds and which ${local ? 'holds the login of the local registry' : "Replicated's proxy asks for"}.`;
