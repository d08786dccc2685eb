import type { Span } from '../text/span.ts';

/**
 * An image reference as written, by the grammar of distribution/reference
 * (https://github.com/distribution/reference, reference.go and normalize.go). Spans are offsets into `text`.
 */
export interface Reference {
  readonly text: string;
  /** The registry's host as written, with port; null for `nginx` or `acme/app`. */
  readonly domain: string | null;
  /** The path as written, without domain. */
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
  /** Where each part stands; a tag without its `:`, a digest without its `@`. */
  readonly spans: {
    readonly domain: Span | null;
    readonly path: Span;
    readonly tag: Span | null;
    readonly digest: Span | null;
  };
}

/** The same with what registries assume filled in: `nginx` is `docker.io/library/nginx`. */
export interface NormalReference {
  readonly domain: string;
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** Why a text is no reference. `span` is the smallest part to underline. */
export interface ReferenceProblem {
  readonly code:
    | 'empty'
    | 'format'
    | 'uppercase'
    | 'too-long'
    | 'bare-digest'
    | 'tag'
    | 'digest-algorithm'
    | 'digest-length'
    | 'digest-format';
  readonly message: string;
  readonly span: Span;
}
