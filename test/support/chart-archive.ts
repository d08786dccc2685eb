import { gzipSync } from 'node:zlib';
import { tar } from '../../sandbox/src/seed/tar.ts';

/** A packaged chart with these values. */
export const chartArchive = (name: string, values: string | null, version = '1.0.0'): Buffer =>
  gzipSync(
    tar({
      [`${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
      ...(values === null ? {} : { [`${name}/values.yaml`]: values }),
      [`${name}/templates/deployment.yaml`]: 'image: {{ .Values.image }}\n',
    }),
  );
