/**
 * The SDK looks at this variable while the first client is made:
 * https://github.com/aws/aws-sdk-js-v3, packages/core, emitWarningIfUnsupportedVersion.
 * The package is pinned and bundled, so its wish for a newer Node is nothing that a user could act on.
 */
export function withoutNodeVersionWarning<T>(make: () => T): T {
  const name = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  const before = process.env[name];
  process.env[name] = 'true';
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
