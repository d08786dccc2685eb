// Node starts CommonJS sooner than ES modules, which are the only ones that esbuild splits.
import * as esbuild from 'esbuild';

/**
 * Makes CommonJS of ES modules that esbuild has split; imports that load later become calls of `require` in a promise.
 * @param result of a build without `write`, whose files are named .cjs already; it is changed
 * @param options that it was built with: `minify`, `platform`, `sourcemap`, `target`
 */
export async function toCommonJs(result, { minify, platform, sourcemap, target }) {
  result.outputFiles = await Promise.all(
    result.outputFiles.map(async (file) => {
      if (!file.path.endsWith('.cjs')) return file;
      const { code } = await esbuild.transform(file.text, {
        format: 'cjs',
        legalComments: 'none',
        loader: 'js',
        minify,
        platform,
        sourcemap,
        supported: { 'dynamic-import': false },
        target,
      });
      return { path: file.path, text: code, contents: Buffer.from(code) };
    }),
  );
}
