import { canonical, normalize } from '../../core/image/normal.ts';
import { parseReference } from '../../core/image/parse.ts';
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
      const past = right === null ? (byWritten.get(name) ?? null) : null;
      const [finding, message] =
        past !== null
          ? pastProxy(container, past)
          : right !== null
            ? await contentOf(pod, container, right, options)
            : (['not-in-release', `The release names no image ${container.image}.`] as const);
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

const pastProxy = (container: PodContainer, { deployed }: ExpectedImage): readonly [Finding, string] => [
  'not-proxied',
  `It is pulled as ${container.image}, where the app manager would write ${deployed}. This pod is from before that, or was not deployed by the app manager: check for updates and deploy the new version.`,
];

async function contentOf<E extends ExpectedImage>(
  pod: Pod,
  container: PodContainer,
  expected: E,
  { digestsOf, said }: JudgeOptions<E>,
): Promise<readonly [Finding, string]> {
  const { pullSecret, deployed, verdict } = expected;
  const lacksSecret = pullSecret !== null && !pod.pullSecrets.includes(pullSecret);
  if (isPullFailure(container.waiting))
    return lacksSecret && expected.proxied
      ? ['wrong-secret', secretMessage(pod, pullSecret)]
      : ['pull-failed', whyNotPulled(container, expected, said(pod))];
  if (lacksSecret && expected.proxied) return ['wrong-secret', secretMessage(pod, pullSecret)];
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
  if (digest === verdict.digest) return ['right', `${digest} runs, as its registry has it.`];
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
    `${digest} runs, but ${expected.written} is ${verdict.digest} now (${verdict.from ?? 'its registry'}). The tag was moved after the pod was started: restart it, or use a tag that does not move.`,
  ];
}

const secretMessage = ({ pullSecrets }: Pod, wanted: string): string =>
  `Its pod has ${pullSecrets.length === 0 ? 'no pull secret' : `the pull secret ${pullSecrets.join(', ')}`} and not ${wanted}, which the app manager adds and which Replicated's proxy asks for.`;
