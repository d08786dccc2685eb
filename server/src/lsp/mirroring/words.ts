import { sizeInWords } from '../../core/features/figures.ts';
import type { PlannedImage } from '../../work/mirror/messages.ts';
import type { Progress } from '../../work/mirror/model.ts';

/** So many images are named in a question; a message that is longer is cut off by editors. */
const NAMED = 5;

/** What will happen, as one text without line ends: editors show none in a message. */
export function questionOf(plans: readonly PlannedImage[]): string {
  const [only] = plans;
  if (plans.length === 1 && only !== undefined) return only.words.join(' · ');
  const open = plans.filter(({ there, refusal }) => !there && refusal === null);
  const there = plans.filter((plan) => plan.there).length;
  const missing = repositoriesIn(open);
  const blobs = sum(open.map(({ blobsToMove }) => blobsToMove));
  const bytes = sum(open.map(({ bytesToMove }) => bytesToMove));
  const named = open.slice(0, NAMED).map(({ source, target }) => `${source} → ${target}`);
  return [
    `${count(open.length, 'image')} to mirror`,
    ...named,
    ...(open.length > NAMED ? [`and ${open.length - NAMED} more`] : []),
    `to send: ${count(blobs, 'blob')}, ${sizeInWords(bytes)} at most`,
    ...(missing.length > 0
      ? [
          `${missing.length === 1 ? 'repository' : 'repositories'} to be created: ${missing.slice(0, NAMED).join(', ')}${missing.length > NAMED ? ' …' : ''}`,
        ]
      : []),
    ...(there > 0 ? [`${count(there, 'image')} there already`] : []),
  ].join(' · ');
}

/** Why images are not mirrored, each reason once: credentials that are missing are missing for every image. */
export function reasonsOf(messages: readonly string[]): string {
  const reasons = [...new Set(messages)];
  const more = reasons.length - NAMED;
  return [...reasons.slice(0, NAMED), ...(more > 0 ? [`And ${more} more like these.`] : [])].join(' ');
}

/** What the button says that agrees to it. */
export function agreementTo(plans: readonly PlannedImage[]): string {
  const missing = repositoriesIn(plans.filter(({ refusal }) => refusal === null));
  if (missing.length === 0) return 'Mirror and Rewrite';
  return `Create ${missing.length === 1 ? 'Repository' : 'Repositories'}, Mirror and Rewrite`;
}

/** `34 MB of 126 MB, 5 of 12 blobs` */
export const progressInWords = ({ bytes, bytesDone, blobs, blobsDone }: Progress): string =>
  `${sizeInWords(bytesDone)} of ${sizeInWords(bytes)}, ${blobsDone} of ${count(blobs, 'blob')}`;

/** How much of the work is done: 0 to 100. */
export const percentageOf = ({ bytes, bytesDone }: Progress): number =>
  bytes === 0 ? 100 : Math.min(100, Math.floor((bytesDone / bytes) * 100));

const repositoriesIn = (plans: readonly PlannedImage[]): string[] => [
  ...new Set(plans.flatMap(({ missingRepository }) => missingRepository ?? [])),
];
const sum = (all: readonly number[]): number => all.reduce((one, other) => one + other, 0);
const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
