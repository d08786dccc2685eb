import v8 from 'node:v8';

/**
 * Has V8 take sixteen times as long before it optimises code. An image of many small blobs is copied in a third of a
 * second, of which its compiler would take a tenth for code that is then hardly run any more; what runs for long is
 * optimised all the same. V8 prints an error for a flag that it does not know: only those of Node 20 to 24 are asked.
 */
export function optimiseLate(): void {
  const [major = 0] = process.versions.v8.split('.').map(Number);
  if (major >= 11 && major <= 13) v8.setFlagsFromString(`--interrupt-budget=${16 * USUAL}`);
}

/** V8's own, in bytes of bytecode run: flag-definitions.h. */
const USUAL = 66 * 1024;
