/** One entry of a kustomization's `images`. Empty texts count as missing, as in kustomize. */
export interface ImageEntry {
  /** The name to look for; kustomize reads it as a regular expression (`.` is any character). */
  readonly name: string;
  readonly newName?: string | undefined;
  readonly newTag?: string | undefined;
  readonly tagSuffix?: string | undefined;
  readonly digest?: string | undefined;
}

/**
 * Whether kustomize takes the image for one of that name: the name, then an optional tag and an optional sha256
 * digest (IsImageMatched in kustomize's api/image/image.go). The name stands unescaped in a regular expression.
 */
export const isImageMatched = (image: string, name: string): boolean =>
  nameEnds(image).some((end) => matcherOf(name)(image.slice(0, end)));

/** An image's name, tag and digest as kustomize splits them (Split in api/image/image.go). */
export function splitImage(image: string): { name: string; tag: string; digest: string } {
  const from = Math.max(0, image.indexOf('/'));
  const at = image.indexOf('@', from);
  const colon = image.indexOf(':', from);
  if (at === -1 && colon === -1) return { name: image, tag: '', digest: '' };
  if (at !== -1 && (colon === -1 || at < colon))
    return { name: image.slice(0, at), tag: '', digest: image.slice(at + 1) };
  if (at === -1) return { name: image.slice(0, colon), tag: image.slice(colon + 1), digest: '' };
  return { name: image.slice(0, colon), tag: image.slice(colon + 1, at), digest: image.slice(at + 1) };
}

/**
 * The image after one entry: a new tag or digest replaces both old ones, else both old ones stay
 * (SetImageValue in api/filters/imagetag/updater.go). Unchanged where the name does not match.
 */
export const applyEntry = (image: string, entry: ImageEntry): string =>
  isImageMatched(image, entry.name) ? changed(image, entry) : image;

function changed(image: string, entry: ImageEntry): string {
  let { name, tag, digest } = splitImage(image);
  if (entry.newName) name = entry.newName;
  if (entry.newTag) {
    tag = entry.newTag;
    digest = entry.digest ?? '';
  } else if (entry.digest) {
    tag = '';
    digest = entry.digest;
  } else if (entry.tagSuffix) {
    tag += entry.tagSuffix;
    digest = '';
  }
  return name + (tag === '' ? '' : `:${tag}`) + (digest === '' ? '' : `@${digest}`);
}

/** What entries make of one image, and which of them changed it (indices, in the order applied). */
export interface Transformed {
  readonly image: string;
  readonly applied: readonly number[];
}

/**
 * Prepares entries to be applied to many images: each in turn, to what the one before left. Costs one look-up per
 * image and kind of name, not one comparison per entry.
 */
export function imageTransformer(entries: readonly ImageEntry[]): (image: string) => Transformed {
  const index = indexOf(entries);
  return (image) => {
    let now = image;
    const applied: number[] = [];
    for (let next = index.firstMatch(now, 0); next !== -1; next = index.firstMatch(now, next + 1)) {
      const entry = entries[next];
      if (entry === undefined) break;
      now = changed(now, entry);
      applied.push(next);
    }
    return { image: now, applied };
  };
}

/** The images after kustomize has applied the entries, in the same order. */
export function applyImages(images: readonly string[], entries: readonly ImageEntry[]): string[] {
  const transform = imageTransformer(entries);
  return images.map((image) => transform(image).image);
}

/**
 * Whether kustomize's `images` reaches a field of a resource: `image` of an item of any list called `containers`
 * or `initContainers`, at any depth, but in no CustomResourceDefinition (api/filters/imagetag/legacy.go). Items of
 * a List are resources of their own by then.
 * @param field a path such as `spec.template.spec.containers[0].image`
 */
export const isImageField = (kind: string, field: string): boolean =>
  kind !== 'CustomResourceDefinition' &&
  /(?:^|\.)(?:containers|initContainers)\[[0-9]+\]\.image$/.test(field);

const SUFFIX_UNIT = /[a-zA-Z0-9_.{}-]/;

/**
 * The ends that a name can have in an image: the whole text, and before a tag, a digest, or both, by the rule
 * `(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`.
 */
function nameEnds(image: string): number[] {
  const ends = [image.length];
  const colon = separatorBefore(image, image.length);
  if (colon === -1) return ends;
  ends.push(colon);
  if (image.endsWith('@sha256', colon)) {
    const at = colon - '@sha256'.length;
    ends.push(at);
    const tag = separatorBefore(image, at);
    if (tag !== -1) ends.push(tag);
  }
  return ends;
}

/** The `:` before a run of tag characters that reaches up to `end`, or -1. */
function separatorBefore(image: string, end: number): number {
  let at = end;
  while (at > 0 && SUFFIX_UNIT.test(image.charAt(at - 1))) at--;
  return at > 0 && image.charAt(at - 1) === ':' ? at - 1 : -1;
}

/** Characters that mean more than themselves in a regular expression; the dot is looked after on its own. */
const SPECIAL = /[\\^$*+?()[\]{}|]/;

function matcherOf(name: string): (text: string) => boolean {
  if (SPECIAL.test(name)) return expression(name);
  return (text) => {
    if (text.length !== name.length) return false;
    for (let at = 0; at < name.length; at++) {
      const unit = name.charAt(at);
      if (unit === '.' ? text.charAt(at) === '\n' : unit !== text.charAt(at)) return false;
    }
    return true;
  };
}

/** Longer than any image or pattern that means anything, and short enough for an engine that backtracks. */
const MAX_EXPRESSION_INPUT = 512;

/** Groups and many repetitions make an engine that backtracks run for ever; kustomize's does not backtrack. */
const risky = (name: string): boolean => name.includes('(') || (name.match(/[*+?{]/g) ?? []).length > 2;

/** For names that somebody wrote as real expressions. What cannot be tried safely only matches itself. */
function expression(name: string): (text: string) => boolean {
  if (name.length > MAX_EXPRESSION_INPUT || risky(name)) return (text) => text === name;
  try {
    const pattern = new RegExp(`^(?:${name})$`);
    return (text) => text.length <= MAX_EXPRESSION_INPUT && pattern.test(text);
  } catch {
    return (text) => text === name;
  }
}

interface EntryIndex {
  /** The first entry, from `start` on, whose name matches; -1 for none. */
  firstMatch(image: string, start: number): number;
}

/** Entries of names whose dots stand at the same places: equal names, dots aside, have equal keys. */
interface Bucket {
  readonly dots: readonly number[];
  readonly entries: Map<string, number[]>;
}

function indexOf(entries: readonly ImageEntry[]): EntryIndex {
  const buckets = new Map<number, Map<string, Bucket>>();
  const expressions: { index: number; matches: (text: string) => boolean }[] = [];
  entries.forEach(({ name }, index) => {
    if (SPECIAL.test(name)) {
      expressions.push({ index, matches: matcherOf(name) });
      return;
    }
    const dots: number[] = [];
    for (let at = name.indexOf('.'); at !== -1; at = name.indexOf('.', at + 1)) dots.push(at);
    const sameLength = buckets.get(name.length) ?? new Map<string, Bucket>();
    buckets.set(name.length, sameLength);
    const bucket = sameLength.get(dots.join()) ?? { dots, entries: new Map<string, number[]>() };
    sameLength.set(dots.join(), bucket);
    const known = bucket.entries.get(name);
    if (known === undefined) bucket.entries.set(name, [index]);
    else known.push(index);
  });

  return {
    firstMatch(image, start) {
      let first = -1;
      const consider = (index: number): void => {
        if (index >= start && (first === -1 || index < first)) first = index;
      };
      for (const end of nameEnds(image)) {
        const name = image.slice(0, end);
        for (const bucket of buckets.get(end)?.values() ?? []) {
          const key = withDots(name, bucket.dots);
          const found = bucket.entries.get(key)?.find((index) => index >= start);
          if (found !== undefined) consider(found);
        }
        for (const { index, matches } of expressions) if (matches(name)) consider(index);
      }
      return first;
    },
  };
}

/** The text with dots put where the bucket's names have them, or with a mark that no name holds for a line end. */
function withDots(text: string, dots: readonly number[]): string {
  let out = '';
  let from = 0;
  for (const at of dots) {
    out += text.slice(from, at) + (text.charAt(at) === '\n' ? '\n' : '.');
    from = at + 1;
  }
  return out + text.slice(from);
}
