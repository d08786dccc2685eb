/**
 * Whether a path of an archive stays inside of it, whoever receives it. Names of objects and releases become parts of
 * paths, and a hostile one could climb out.
 */
export const isInside = (path: string): boolean =>
  path !== '' &&
  !/^[a-zA-Z]:|[\\\0]/.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
