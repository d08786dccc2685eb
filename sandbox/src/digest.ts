import { createHash } from 'node:crypto';

/** `sha256:` and the 64 hex digits of the bytes' SHA-256: how every registry names content. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Whether a text is a well-formed sha256 digest, the only algorithm that Amazon ECR stores under. */
export function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}
